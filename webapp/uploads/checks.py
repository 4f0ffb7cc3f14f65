"""What a worker does with a quarantined upload. The strange file is opened only in a child process.

Clean bytes are stored and the original deleted; running a check twice changes nothing, since only a row that is
still CHECKING takes the outcome.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from webapp import workbench
from webapp.blocklist.services import learn
from webapp.errors_text import Explanation, explain
from webapp.files import discard, fetch, put, sha256_of, workspace
from webapp.uploads.findings import findings_of, looks_a_child
from webapp.uploads.models import Hearing, Portrait, Recording, State
from webapp.videos import production

log = logging.getLogger(__name__)
LIMIT_S = 120.0  # of one check
FILM_LIMIT_S = 600.0  # of the check of a film of a minute, watched twice as slowly as two busy cores do
HEARING_LIMIT_S = 300.0  # of a recording, whatever its length: loading the recogniser on a machine full of work
HEARING_LIMIT_PER_S = 6.0  # more of it; two busy cores take about a second
LIMIT_PER_LETTER_S = 0.25  # of a text to be spoken; two busy cores take about a fifth of that
Outcome = dict[str, Any]  # columns to set


def check_portrait(portrait_id: str) -> None:
    """Finish the check of a portrait, or do nothing if that has been done."""
    portrait = Portrait.objects.filter(pk=portrait_id, state=State.CHECKING).first()
    if portrait:
        _settle(portrait, lambda folder: _examine_portrait(portrait, folder))


def check_recording(recording_id: str) -> None:
    """Finish the check of a recording, or do nothing if that has been done."""
    recording = Recording.objects.select_related("owner").filter(pk=recording_id, state=State.CHECKING).first()
    if recording:
        make = _speak if recording.synthetic_voice else _examine_recording
        _settle(recording, lambda folder: make(recording, folder))


def know_face(portrait_id: str) -> None:
    """Look again at a picture from before faces were kept; a face that is not found now ends its use."""
    unknown = Portrait.objects.filter(pk=portrait_id, state=State.READY, embedding=b"")
    portrait = unknown.first()
    if portrait is None:
        return
    try:
        with workspace() as folder:
            order = {"source": str(fetch(portrait.file, folder / "source")), "face_index": portrait.face_index}
            outcome = judged(workbench.run("know_face", order, limit_s=LIMIT_S))
    except workbench.Declined as reason:
        if not reason.refused:
            log.error("face of portrait %s: %s", portrait.pk, reason.code)
            return
        outcome = _refusal(reason.explanation)
    except workbench.Crashed as crash:
        log.error("face of portrait %s: %s", portrait.pk, crash)
        return
    if unknown.update(**outcome) and "embedding" in outcome:
        portrait.refresh_from_db()
        learn(portrait)


def _examine_portrait(portrait: Portrait, folder: Path) -> Outcome:
    source = fetch(portrait.quarantined or portrait.file, folder / "source")
    with source.open("rb") as stream:
        filmed = production.is_film(stream.read(production.HEAD_BYTES))
    if filmed:
        return _examine_film(portrait, source, folder)
    found = workbench.run(
        "examine_portrait",
        {"source": str(source), "folder": str(folder), "face_index": portrait.face_index},
        beat=_still_wanted(portrait),
        limit_s=LIMIT_S,
    )
    clean = Path(found.pop("clean"))
    if found["face_index"] is None:
        return found | {"state": State.NEEDS_CHOICE} | _stored(portrait, clean)
    known = judged(found)
    return known if "state" in known else known | {"state": State.READY} | _stored(portrait, clean)


def _examine_film(portrait: Portrait, source: Path, folder: Path) -> Outcome:
    found = workbench.run(
        "examine_film",
        {"source": str(source), "folder": str(folder)},
        beat=_still_wanted(portrait),
        limit_s=FILM_LIMIT_S,
    )
    still, film = Path(found.pop("clean")), Path(found.pop("film"))
    known = judged(found)
    if "state" in known:
        return known
    stored = {"sha256": sha256_of(film), "film": put(portrait.film, film), "file": put(portrait.file, still)}
    return known | {"state": State.READY} | stored


def judged(found: Outcome) -> Outcome:
    """What was found about a face and its picture as columns; only a refusal where it is a child's."""
    age, nudity = found.pop("age"), found.pop("nudity")
    if looks_a_child(age):
        return _refusal(explain("portrait_child"))
    findings = findings_of(age=age, nudity=nudity)
    return found | {"embedding": base64.b64decode(found["embedding"]), "findings": findings}


def _examine_recording(recording: Recording, folder: Path) -> Outcome:
    source = fetch(recording.quarantined, folder / "source")
    found = workbench.run(
        "examine_recording",
        {"source": str(source), "folder": str(folder), "max_seconds": recording.owner.max_recording_seconds},
        beat=_still_wanted(recording),
        limit_s=LIMIT_S,
    )
    clean = Path(found.pop("clean"))
    found["speaker"] = base64.b64decode(found["speaker"])
    if not recording.is_statement:
        found |= _hear(recording, clean, found["duration_s"])
    return found | {"state": State.READY} | _stored(recording, clean)


def _hear(recording: Recording, clean: Path, duration_s: float) -> Outcome:
    """What is said; the transcript that its owner gave is left aside. A fault is no reason to refuse the upload."""
    try:
        said = workbench.run(
            "hear",
            {"recording": str(clean)},
            beat=_still_wanted(recording),
            limit_s=HEARING_LIMIT_S + HEARING_LIMIT_PER_S * duration_s,
        )
    except (workbench.Declined, workbench.Crashed) as fault:
        log.error("hearing of recording %s: %s", recording.pk, fault)
        return {"hearing": Hearing.FAILED}
    return said | {"hearing": Hearing.HEARD}


def _speak(recording: Recording, folder: Path) -> Outcome:
    """Make the recording from its script."""
    asked = recording.script
    made = workbench.run(
        "speak",
        {
            "text": asked["text"],
            "language": asked["language"],
            "voice": asked["voice"],
            "folder": str(folder),
            "max_seconds": recording.owner.max_recording_seconds,
        },
        beat=_still_wanted(recording),
        limit_s=LIMIT_S + LIMIT_PER_LETTER_S * len(asked["text"]),
    )
    clean = Path(made.pop("clean"))
    known = {"hearing": Hearing.HEARD, "said": asked["text"], "language": asked["language"]}
    known["words"] = [
        {"text": text, "start_s": start_s, "end_s": end_s} for text, start_s, end_s in made["script"]["words"]
    ]
    return made | known | {"state": State.READY} | _stored(recording, clean)


def _still_wanted(upload: Portrait | Recording) -> Callable[[workbench.Report], bool]:
    """A heartbeat that keeps others from starting over, and ends the check of what was deleted meanwhile."""
    row = type(upload)._default_manager.filter(pk=upload.pk, state=State.CHECKING)
    return lambda _: row.update(sent_at=timezone.now()) == 1


def _stored(upload: Portrait | Recording, clean: Path) -> Outcome:
    if upload.sha256:  # the second look at a picture whose face was chosen: its clean bytes stay as they are
        return {}
    return {"sha256": sha256_of(clean), "file": put(upload.file, clean)}


def _settle(upload: Portrait | Recording, examine: Callable[[Path], Outcome]) -> None:
    """Run `examine` and record what came of it."""
    try:
        with workspace() as folder:
            outcome = examine(folder)
    except workbench.Stopped:
        return
    except workbench.Declined as reason:
        outcome = _refusal(reason.explanation)
    except workbench.Crashed as crash:
        log.warning("check of %s %s: %s", upload._meta.model_name, upload.pk, crash)
        outcome = _refusal(explain("unexpected" if isinstance(crash, workbench.Broke) else "file_unreadable"))
    outcome |= {"checked_at": timezone.now(), "quarantined": ""}
    rows = type(upload)._default_manager.filter(pk=upload.pk, state=State.CHECKING)
    if rows.update(**outcome):
        discard(upload.quarantined)
        return
    for stored in (outcome[name] for name in ("file", "film") if name in outcome):
        upload.file.storage.delete(stored)  # another worker was quicker, or the owner deleted it


def _refusal(why: Explanation) -> Outcome:
    return {"state": State.REFUSED, "reason_code": why.code, "message": why.message, "hint": why.hint}
