"""Other videos of this site that show the same picture or are the same film: what a decision may be about, too."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from webapp.lookup.models import Trace
from webapp.videos.models import Job
from webapp.videos.services import OUT

READ_AT_ONCE = 5000  # rows
MOST = 24  # shown
SAME_FILM, SAME_LOOK = "The same film, by look and sound", "A picture that looks the same"


@dataclass(frozen=True)
class Copy:
    """A video that is out, and how it is like the one in question."""

    job: Job
    why: str


def copies_of(job: Job) -> list[Copy]:
    """What is out and made from the same bytes, then what looks alike; the nearest first."""
    out = Job.objects.filter(status__in=OUT).exclude(pk=job.pk).select_related("owner", "portrait", "consent")
    same = out.filter(portrait__sha256=job.portrait.sha256).order_by("-sealed_at")[:MOST]
    found = [Copy(other, _shared(job, other)) for other in same]
    known = {copy.job.pk for copy in found}
    alike = [copy for copy in _alike(job, out) if copy.job.pk not in known]
    return [*found, *alike][:MOST]


def _shared(job: Job, other: Job) -> str:
    if other.recording.sha256 == job.recording.sha256:
        return "The same picture and the same recording"
    return "The same picture, saying something else"


def _alike(job: Job, out: QuerySet[Job]) -> list[Copy]:
    """By how they look: first the typical pictures of all, then the whole prints of the nearest few."""
    import numpy as np  # here, since the other pages of the web process never need them

    from provenance.fingerprints import Prints, compare
    from provenance.fingerprints.compare import SAME_PORTRAIT
    from provenance.fingerprints.picture import BYTES, distance, mirrored

    trace = Trace.objects.filter(job=job).first()
    if trace is None:
        return []
    typical = np.frombuffer(bytes(trace.typical_picture), np.uint8)
    near: list[tuple[int, UUID]] = []
    rows = Trace.objects.filter(job__in=out).values_list("job_id", "typical_picture").iterator(READ_AT_ONCE)
    while block := list(islice(rows, READ_AT_ONCE)):
        pictures = np.frombuffer(b"".join(bytes(picture) for _, picture in block), np.uint8).reshape(-1, BYTES)
        bits = np.minimum(distance(typical, pictures), distance(mirrored(typical), pictures))
        near += [(int(bits[at]), block[at][0]) for at in np.flatnonzero(bits <= SAME_PORTRAIT)]
    nearest = [key for _, key in sorted(near)[:MOST]]
    traces = Trace.objects.in_bulk(nearest)
    jobs = out.in_bulk(nearest)
    suspect = Prints.from_bytes(bytes(trace.prints))
    same = {key: compare(suspect, Prints.from_bytes(bytes(traces[key].prints))).same_video for key in jobs}
    return [Copy(jobs[key], SAME_FILM if same[key] else SAME_LOOK) for key in nearest if key in jobs]
