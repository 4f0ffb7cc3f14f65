"""The only file that composes the two packages: what `generation` paints, `provenance` marks, signs and verifies.

Knows no database. The functions in WORK run in a child process of a worker (webapp/workbench.py), take and return
JSON, and `report` what they are doing; `seal` runs in the seal worker, which alone holds the signing key. The heavy
imports are inside: what only needs a name from here loads nothing.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from generation.errors import GenerationError, InputRefused
from generation.first_bytes import HEAD_BYTES as HEAD_BYTES
from generation.first_bytes import is_film as is_film
from provenance.errors import FileRefused, ProvenanceError

DECLINES = (GenerationError, ProvenanceError)  # what both packages can say in words
POSTER_QUALITY = 90  # JPEG
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg"}

Say = Callable[..., None]  # report(stage=…, done=…, total=…) or report(poster=…)


def explain(reason: BaseException) -> dict[str, Any]:
    """A refusal of either package as JSON for people."""
    if not isinstance(reason, DECLINES):
        raise TypeError(f"{type(reason).__name__} explains nothing")
    refused = isinstance(reason, (InputRefused, FileRefused))
    return {"code": reason.code, "message": reason.message, "hint": reason.hint, "refused": refused}


def examine_portrait(*, source: str, folder: str, face_index: int | None, report: Say) -> dict[str, Any]:
    """Look at an uploaded picture; write its clean copy into `folder`. Columns of Portrait, and `clean`."""
    from generation.portrait import examine

    report(stage="portrait", done=0, total=1)
    found = examine(Path(source).read_bytes(), face_index=face_index)
    clean = Path(folder) / f"clean.{SUFFIXES[found.media_type]}"
    clean.write_bytes(found.image)
    crop = found.crop
    return {
        "clean": str(clean),
        "width": found.width,
        "height": found.height,
        "faces": [[round(corner, 1) for corner in box] for box in found.faces],
        "face_index": found.chosen,
        "crop": [crop.left, crop.top, crop.left + crop.side, crop.top + crop.side] if crop else [],
        "warnings": [advice.message for advice in found.advice],
    } | (_face(clean, found.chosen) if found.chosen is not None else {})


def examine_film(*, source: str, folder: str, report: Say) -> dict[str, Any]:
    """Watch an uploaded film; write its clean copy into `folder`. Columns of Portrait; `clean`, a still; `film`."""
    from generation.dub import examine
    from generation.types import Progress

    def tell(step: Progress) -> None:
        report(stage=step.stage, done=step.done, total=step.total)

    film, still = Path(folder) / "clean.mp4", Path(folder) / "clean.png"
    found = examine(Path(source), out=film, progress=tell)
    still.write_bytes(found.still)
    return {
        "clean": str(still),
        "film": str(film),
        "width": found.width,
        "height": found.height,
        "faces": [[round(corner, 1) for corner in found.box]],
        "face_index": 0,
        "duration_s": found.duration_s,
        "warnings": [advice.message for advice in found.advice],
    } | _face(still, 0, film)


def know_face(*, source: str, face_index: int | None, report: Say) -> dict[str, Any]:
    """Look at the one face of a stored picture, or at that which was chosen. What `_face` tells."""
    report(stage="portrait", done=0, total=1)
    return _face(Path(source), face_index)


def _face(picture: Path, face_index: int | None, film: Path | None = None) -> dict[str, Any]:
    """`embedding` (base64), `stranger`, `age`, `nudity`; of clean bytes, so that a later look finds the same."""
    from generation.portrait.nudity import nudity_in_film
    from generation.presence import face_of

    known = face_of(picture.read_bytes(), face_index)
    return {
        "embedding": base64.b64encode(known.embedding.tobytes()).decode(),
        "stranger": known.stranger,
        "age": known.age,
        "nudity": max(known.nudity, nudity_in_film(film) if film else 0.0),
    }


def examine_recording(*, source: str, folder: str, max_seconds: float, report: Say) -> dict[str, Any]:
    """Listen into an uploaded recording; write its clean copy into `folder`. Columns of Recording, and `clean`."""
    from generation.speech import examine

    report(stage="speech", done=0, total=1)
    clean = Path(folder) / "clean.flac"
    found = examine(Path(source), out=clean, max_seconds=max_seconds)
    return {
        "clean": str(clean),
        "duration_s": found.duration_s,
        "voice_share": found.voice_share,
        "warnings": [advice.message for advice in found.advice],
        "speaker": _speaker(clean),
    }


def _speaker(source: Path) -> str:
    """The vector of the voice in a recording or film, base64; empty where too little is said."""
    from generation.errors import RecordingRefused
    from generation.speech import decode
    from generation.speech.speaker import embed

    try:
        found = embed(decode.read(source).samples)
    except RecordingRefused:
        return ""
    return "" if found is None else base64.b64encode(found.tobytes()).decode()


def hear(*, recording: str, report: Say) -> dict[str, Any]:
    """What is said in a clean recording. Columns of Recording. A render here within a day need not listen again."""
    from generation.shelf import Shelf
    from generation.speech import listen_once
    from generation.types import Progress

    def tell(step: Progress) -> None:
        report(stage=step.stage, done=step.done, total=step.total)

    speech = listen_once(Path(recording), shelf=Shelf(), progress=tell)
    return {"said": speech.said, "words": _timed(speech.words), "language": speech.language}


def _timed(words: Iterable[Any]) -> list[dict[str, Any]]:
    """Words as the site keeps them."""
    return [{"text": word.text, "start_s": word.start_s, "end_s": word.end_s} for word in words]


def measure_presence(
    *, film: str, portrait: str, face_index: int | None, language: str, report: Say
) -> dict[str, Any]:
    """Measure a sitter's film against a portrait: generation.presence.Presence, and `speaker`."""
    from generation.presence import measure
    from generation.types import Progress

    def tell(step: Progress) -> None:
        report(stage=step.stage, done=step.done, total=step.total)

    source = Path(portrait).read_bytes()
    seen = measure(Path(film), source, face_index=face_index, language=language, progress=tell)
    return seen.as_json() | {"speaker": _speaker(Path(film))}


def speak(*, text: str, language: str, voice: str, folder: str, max_seconds: float, report: Say) -> dict[str, Any]:
    """Let a synthetic voice say a text; write it into `folder`. Columns of Recording, and `clean`."""
    from generation.speech import examine
    from generation.types import Progress
    from generation.voice import phones_file
    from generation.voice import speak as say

    def tell(step: Progress) -> None:
        report(stage="speech", done=step.done, total=step.total)

    said = say(text, language=language, voice=voice or None, progress=tell)
    made, clean = Path(folder) / "made.wav", Path(folder) / "clean.flac"
    said.write(made)
    found = examine(made, out=clean, max_seconds=max_seconds)
    return {
        "clean": str(clean),
        "duration_s": found.duration_s,
        "voice_share": found.voice_share,
        "script": phones_file.as_json(said.script),
    }


def forget(sha256: str) -> None:
    """Drop what this machine kept of a deleted picture or recording; other machines drop it within a day."""
    from generation.shelf import Shelf

    Shelf().forget(sha256)


@dataclass(frozen=True)
class Take:
    """A performance whose frames carry both marks; they are painted while the encoder takes them."""

    frames: Iterator[Any]  # (height, width, 3) RGB
    performance: Any  # generation.pipeline.Performance
    digests: list[str]  # of the frames taken so far, before label and marks; generation.replay compares them


def perform_marked(
    *, code: int, watermark_key: bytes, report: Say, strength: float = 1.0, label: bool = False, **ordered: Any
) -> Take:
    """Analyse, listen and plan now; the frames that follow carry `code` in both marks, and a label if asked for.

    `ordered` is what `_perform` takes.
    """
    from generation.record import Digests
    from provenance.watermark import Marker

    made = _perform(report=report, **ordered)
    marker = Marker(code, watermark_key, made.width, made.height, made.fps, strength=strength)
    digests = Digests()
    painted = digests.watch(made.frames)
    return Take(_marked(marker, painted, (made.width, made.height), label=label), made, digests.taken)


def _perform(
    *,
    portrait: Path,
    recording: Path,
    face_index: int | None,
    controls: dict[str, Any],
    size: int,
    report: Say,
    shelf: Path | None = None,
    script: dict[str, Any] | None = None,
    transcript: str | None = None,
    aspect: str | None = None,
    background: str = "keep",
    film: bool = False,
    device: Any = "auto",
) -> Any:
    """The generation.pipeline.Performance of what a job asks for; in a film, of what applies to it."""
    from generation import backdrop
    from generation.pipeline import perform
    from generation.shelf import Shelf
    from generation.types import Controls, Progress
    from generation.voice import phones_file

    def tell(step: Progress) -> None:
        report(stage=step.stage, done=step.done, total=step.total)

    asked = Controls(**(controls | {"gaze": tuple(controls["gaze"])}))
    said: dict[str, Any] = {
        "script": phones_file.from_json(script) if script else None,
        "transcript": transcript,
        "shelf": Shelf(shelf),
        "progress": tell,
    }
    if film:
        from generation import dub

        return dub.perform(portrait, recording, asked, **said).performance
    return perform(
        portrait.read_bytes(),
        recording,
        asked,
        size=size,
        aspect=aspect,
        backdrop=backdrop.read(background),
        face_index=face_index,
        device=device,
        **said,
    )


def _marked(
    marker: Any, frames: Iterator[Any], shown: tuple[int, int], *, label: bool, start: int = 0
) -> Iterator[Any]:
    """Frames from `start` on with both marks, and a label; those that the marker must know come before them."""
    from generation.label import labelled

    painted = labelled(frames, *shown) if label else frames
    return iter(marker.mark(painted, earlier=[next(painted) for _ in marker.context(start)]))


def render(
    *,
    portrait: str,
    recording: str,
    folder: str,
    label: bool,
    code: int,
    strength: float,
    watermark_key_file: str,
    report: Say,
    **ordered: Any,
) -> dict[str, Any]:
    """Make the marked, unsigned film `folder`/film.mp4 and its poster. Columns of Job, `film` and `poster`."""
    from provenance.keys import load_watermark_key

    watermark_key = load_watermark_key(Path(watermark_key_file))  # first: it may be missing, and the engine is slow
    film, poster = Path(folder) / "film.mp4", Path(folder) / "poster.jpg"
    take = perform_marked(
        portrait=Path(portrait),
        recording=Path(recording),
        code=code,
        strength=strength,
        watermark_key=watermark_key,
        report=report,
        label=label,
        **ordered,
    )
    frames = _with_poster(take.frames, poster, report)
    write_film(frames, take.performance, recording=Path(recording), out=film)
    found = {"film": str(film), "poster": str(poster), "digests": "".join(take.digests)}
    return _known(take.performance, label=label) | found


def _known(made: Any, *, label: bool) -> dict[str, Any]:
    """Columns of Job that its Performance tells."""
    from generation.pipeline import ENGINE
    from generation.replay import versions

    return {
        "frames": made.frame_count,
        "fps": made.fps,
        "duration_s": made.frame_count / made.fps,
        "seconds": {stage: round(spent, 3) for stage, spent in made.seconds.items()},
        "words": _timed(made.speech.words),
        "language": made.speech.language,
        "engine": {"name": ENGINE, "weights": list(made.weights), "label": label, "made_with": versions()},
    }


def plan(
    *,
    portrait: str,
    recording: str,
    folder: str,
    label: bool,
    code: int,
    strength: float,
    watermark_key_file: str,
    longest_s: float,
    report: Say,
    **ordered: Any,
) -> dict[str, Any]:
    """Analyse, listen and plan, and write what painting needs into `folder`.

    Columns of Job, `plan` and `pieces`: first frame and end of each piece. A piece lasts `longest_s` at most and
    begins where both marks and the encoder begin anew.
    """
    from generation import archive
    from generation.encode import keyframe_distance
    from generation.plan import pieces
    from provenance.keys import load_watermark_key
    from provenance.watermark import Marker

    watermark_key = load_watermark_key(Path(watermark_key_file))
    made = _perform(portrait=Path(portrait), recording=Path(recording), report=report, **ordered)
    place = Path(folder) / "plan.npz"
    with place.open("wb") as stream:
        archive.save(made.plan, stream)
    marker = Marker(code, watermark_key, made.width, made.height, made.fps, strength=strength)
    grid = math.lcm(marker.hold, keyframe_distance(made.fps))
    cut = pieces(made.frame_count, longest=round(longest_s * made.fps), grid=grid)
    return _known(made, label=label) | {"plan": str(place), "pieces": [[piece.start, piece.stop] for piece in cut]}


def paint(
    *,
    plan: str,
    folder: str,
    start: int,
    stop: int,
    label: bool,
    code: int,
    strength: float,
    watermark_key_file: str,
    report: Say,
    device: Any = "auto",
) -> dict[str, Any]:
    """Paint and mark frames start..stop of a plan as in the whole. `piece` (silent), `digests`, `poster`."""
    from generation import archive
    from generation.encode import encode
    from generation.plan import Plan
    from generation.record import Digests
    from provenance.keys import load_watermark_key
    from provenance.watermark import Marker

    watermark_key = load_watermark_key(Path(watermark_key_file))
    planned = archive.load(Plan, Path(plan))
    size, fps = (planned.width, planned.height), planned.motion.fps
    marker = Marker(code, watermark_key, *size, fps, strength=strength)
    digests = Digests()
    frames = digests.watch(planned.frames([*marker.context(start), *range(start, stop)], device=device))
    marked = _counted(_marked(marker, frames, size, label=label, start=start), stop - start, report)
    poster, piece = Path(folder) / "poster.jpg", Path(folder) / "piece.mp4"
    shown = marked if start else _with_poster(marked, poster, report)
    encode(shown, recording=None, out=piece, fps=fps, size=size)
    taken = "".join(digests.taken[start - stop :])
    return {"piece": str(piece), "poster": "" if start else str(poster), "digests": taken}


def join(*, pieces: list[str], recording: str, folder: str, frames: int, report: Say) -> dict[str, Any]:
    """Put painted pieces and the recording together. `film`."""
    from generation.join import join as put_together

    report(stage="encode", done=0, total=1)
    film = Path(folder) / "film.mp4"
    put_together([Path(piece) for piece in pieces], recording=Path(recording), out=film, frames=frames)
    return {"film": str(film)}


def write_film(frames: Iterable[Any], made: Any, *, recording: Path, out: Path, stream: bool = False) -> None:
    """Encode the frames of `made`, a Performance, with the recording's sound."""
    from generation.encode import encode

    encode(frames, recording=recording, out=out, fps=made.fps, size=(made.width, made.height), stream=stream)


def record_of(
    *,
    portrait_sha256: str,
    recording_sha256: str,
    controls: dict[str, Any],
    size: int,
    face_index: int | None,
    aspect: str,
    background: str,
    transcript: str | None,
    script: dict[str, Any] | None,
    made_with: dict[str, str],
    digests: str,
) -> dict[str, Any]:
    """The record of a render, by which anyone with the engine makes it again: `python -m generation replay`."""
    from generation import record
    from generation.types import Controls

    order = record.order_of(
        Controls(**(controls | {"gaze": tuple(controls["gaze"])})),
        size=size,
        face_index=face_index,
        aspect=aspect,
        background=background,
        transcript=transcript,
        script=script,
    )
    taken = [digests[start : start + record.DIGITS] for start in range(0, len(digests), record.DIGITS)]
    return record.record(
        portrait_sha256=portrait_sha256,
        recording_sha256=recording_sha256,
        order=order,
        made_with=made_with,
        digests=taken,
    )


def peak_rss_mb() -> float:
    """The most memory that this process and its largest child held."""
    from generation.peak import peak_rss_mb as measure

    return measure()


def _with_poster(frames: Iterable[Any], poster: Path, report: Say) -> Iterator[Any]:
    """The same frames; the first becomes a picture that people see while they wait."""
    from PIL import Image

    for number, frame in enumerate(frames):
        if number == 0:
            Image.fromarray(frame).save(poster, quality=POSTER_QUALITY)
            report(poster=str(poster))
        yield frame


def _counted(frames: Iterable[Any], total: int, report: Say) -> Iterator[Any]:
    """The same frames, reported one by one."""
    for done, frame in enumerate(frames):
        report(stage="render", done=done, total=total)
        yield frame


def captions(words: list[dict[str, Any]], *, form: str) -> str:
    """What is said, as "vtt" or "srt". `words`: text, start_s, end_s. Loads no engine."""
    from generation import captions

    timed = [SimpleNamespace(**word) for word in words]
    return captions.vtt(timed) if form == "vtt" else captions.srt(timed)


def plain_text(transcript: str) -> str:
    """The words of a transcript that its owner wrote, without the times of captions. Loads no engine."""
    from generation.captions import spoken_text

    return spoken_text(transcript) if transcript.strip() else ""


@dataclass(frozen=True)
class Trial:
    """Whether the mark of a finished film survived what happens to films."""

    survived: bool
    score: float
    stronger: float  # strength with which to mark a film that did not pass


def try_mark(film: Path, *, code: int, watermark_key: Path) -> Trial:
    """The release gate: read the mark from a damaged copy of the film's weakest part."""
    from provenance import gate
    from provenance.keys import load_watermark_key

    found = gate.check(film, code, load_watermark_key(watermark_key))
    return Trial(found.survived, found.score, gate.STRONGER)


@dataclass(frozen=True)
class SealFacts:
    """What the manifest says about a job. It becomes public with the file."""

    title: str
    code: int
    job_id: str
    consent_id: str
    receipt_sha256: str  # of the consent; empty where it has no receipt
    purpose: str  # what the sitter let it be made for; empty where the consent has no list of purposes
    portrait_type: str  # MIME type; a film's where its lips were edited
    portrait_sha256: str
    recording_sha256: str
    synthetic_voice: bool
    voice: dict[str, Any]  # kind and similarity: whose it is; empty for videos from before that was asked
    engine: dict[str, Any]  # name, version, weights
    made_at: datetime


@dataclass(frozen=True)
class Seal:
    """What was found in the file just signed."""

    manifest_state: str  # trusted, valid, invalid, missing
    mark_confirmed: bool
    manifest: bytes  # by itself, for copies that lose theirs
    prints: bytes  # how it looks and sounds; provenance.fingerprints.Prints


def seal(rendered: Path, out: Path, *, facts: SealFacts, keys: Path, trust_root: Path, watermark_key: Path) -> Seal:
    """Sign `rendered` into `out`, then read back the manifest and the mark as a stranger would."""
    from provenance.fingerprints import take
    from provenance.keys import load_identity, load_trust_root, load_watermark_key
    from provenance.manifest import Claim, Ingredient, sign
    from provenance.verify import verify

    weights = {weight["name"]: weight["sha256"] for weight in facts.engine.get("weights", [])}
    voice = "Synthetic voice reading a typed text" if facts.synthetic_voice else "Recording"
    edited = facts.portrait_type.startswith("video/")
    claim = Claim(
        job_id=facts.job_id,
        code=facts.code,
        consent_reference=facts.consent_id,
        receipt_sha256=facts.receipt_sha256,
        purpose=facts.purpose,
        engine=facts.engine.get("name", ""),
        portrait=Ingredient("Film" if edited else "Portrait", facts.portrait_type, facts.portrait_sha256),
        recording=Ingredient(voice, "audio/flac", facts.recording_sha256),
        synthetic_voice=facts.synthetic_voice,
        voice=facts.voice,
        edited=edited,
        title=facts.title,
        versions={"sitter": facts.engine.get("version", ""), **weights},
        made_at=facts.made_at.isoformat(),
    )
    manifest = sign(rendered, out, signer=load_identity(keys), claim=claim)
    found = verify(out, trust_root=load_trust_root(trust_root), key=load_watermark_key(watermark_key))
    return Seal(found.manifest.state, bool(found.watermark_agrees), manifest, take(out).as_bytes())


WORK: dict[str, Callable[..., dict[str, Any]]] = {
    "examine_portrait": examine_portrait,
    "examine_film": examine_film,
    "know_face": know_face,
    "examine_recording": examine_recording,
    "hear": hear,
    "measure_presence": measure_presence,
    "speak": speak,
    "render": render,
    "plan": plan,
    "paint": paint,
    "join": join,
}
