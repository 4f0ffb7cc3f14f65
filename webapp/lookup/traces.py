"""What is kept of every sealed video, so that a copy leads back to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.core.files.base import ContentFile

from provenance.codes import format_code
from provenance.fingerprints import Prints
from provenance.fingerprints.index import key_words
from provenance.fingerprints.picture import typical
from webapp.lookup.models import Trace
from webapp.videos.models import Job


def keep_trace(*, job: Job, manifest: bytes, prints: bytes) -> Trace:
    """Keep what leads back to a video that is being sealed, in the transaction that seals it."""
    known = Prints.from_bytes(prints)
    trace = Trace(
        job=job,
        prints=prints,
        typical_picture=typical(known.pictures).tobytes(),
        key_words=key_words(known.words).tobytes(),
    )
    trace.manifest.save("manifest", ContentFile(manifest), save=False)
    trace.save(force_insert=True)
    return trace


def sealed_prints(codes: Iterable[int] | None = None) -> Iterable[tuple[int, Prints]]:
    """Codes and prints of all sealed videos, or of these."""
    traces = Trace.objects.all() if codes is None else Trace.objects.filter(job__code__in=codes)
    for code, prints in traces.values_list("job__code", "prints").iterator():
        yield code, Prints.from_bytes(bytes(prints))


def write_codes(to: Path) -> Path:
    """The codes of all sealed videos, one a line, as `provenance identify --codes` reads them."""
    codes = Job.objects.exclude(sealed_at=None).values_list("code", flat=True)
    to.write_text("".join(f"{format_code(code)}\n" for code in codes.iterator()), encoding="ascii")
    return to
