"""A look worker's share: open the suspect in a child process, compare, answer, throw the file away."""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from provenance.fingerprints import Prints, write
from webapp import workbench
from webapp.errors_text import explain
from webapp.files import discard, fetch, sha256_of, workspace
from webapp.lookup import services, traces
from webapp.lookup.catalogue import Catalogue
from webapp.lookup.models import LookUp, State

log = logging.getLogger(__name__)
LIMIT_S = 1800.0  # of one look-up
SILENT = timedelta(seconds=60)  # after which another worker may take it

catalogue = Catalogue()


def look_up(look_up_id: str) -> None:
    """Answer one look-up; nothing happens when that is done or another worker is at it."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.LOOKING, sent_at__lt=now - SILENT)
    if not LookUp.objects.filter(free, pk=look_up_id).update(state=State.LOOKING, sent_at=now):
        return
    asked = LookUp.objects.select_related("asked_by").get(pk=look_up_id)
    try:
        with workspace() as folder:
            suspect = fetch(asked.suspect, folder / "suspect")
            services.settle(asked, found=_identify(asked, suspect, folder), sha256=sha256_of(suspect))
    except workbench.Stopped:
        log.info("look-up %s: nobody waits for it any more", asked.pk)
        return
    except workbench.Declined as reason:
        state = State.REFUSED if reason.refused else State.FAILED
        services.give_up(asked, state, reason.explanation)
    except workbench.Crashed as crash:
        log.error("look-up %s: %s", asked.pk, crash)
        services.give_up(asked, State.FAILED, explain("look_up_failed"))
    except Exception:
        services.give_up(asked, State.FAILED, explain("unexpected"))
        raise
    finally:
        discard(asked.suspect)


def _identify(asked: LookUp, suspect: Path, folder: Path) -> dict[str, object]:
    """First how it looks and sounds, for the catalogue; then every signal, with the nearest video beside it."""
    beat = _Beat(asked)
    taken = workbench.run("take_prints", {"source": str(suspect)}, beat=beat.first_part, limit_s=LIMIT_S)
    near = catalogue.nearest(Prints.from_bytes(base64.b64decode(taken["prints"])))
    library = folder / "near.zip"
    write(library, traces.sealed_prints([near.code] if near else []))
    order = {
        "source": str(suspect),
        "codes": str(traces.write_codes(folder / "codes.txt")),
        "library": str(library),
        "watermark_key_file": str(settings.WATERMARK_KEY_FILE),
        "trust_root_file": str(settings.TRUST_ROOT),
    }
    return workbench.run("identify", order, beat=beat.second_part, limit_s=LIMIT_S)


class _Beat:
    """A child's reports become the row's progress; a row that is gone stops the child."""

    FIRST_SHARE = 0.2  # of the whole, for the prints

    def __init__(self, asked: LookUp) -> None:
        self._rows = LookUp.objects.filter(pk=asked.pk, state=State.LOOKING)

    def first_part(self, report: workbench.Report) -> bool:
        return self._tell(_share(report) * self.FIRST_SHARE)

    def second_part(self, report: workbench.Report) -> bool:
        return self._tell(self.FIRST_SHARE + _share(report) * (1 - self.FIRST_SHARE))

    def _tell(self, progress: float) -> bool:
        return bool(self._rows.update(progress=progress, sent_at=timezone.now()))


def _share(report: workbench.Report) -> float:
    return float(report.get("done", 0)) / float(report.get("total", 0) or 1)
