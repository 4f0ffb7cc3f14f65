"""The only file that composes the two packages: what `generation` paints, `provenance` marks, signs and verifies.

Knows no database. The functions in WORK run in a child process of a worker (webapp/workbench.py), take and return
JSON, and `report` what they are doing; `seal` runs in the seal worker, which alone holds the signing key. The heavy
imports are inside: what only needs a name from here loads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from generation.errors import GenerationError, InputRefused
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
    }


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


def perform_marked(
    *,
    portrait: Path,
    recording: Path,
    face_index: int | None,
    controls: dict[str, Any],
    size: int,
    code: int,
    watermark_key: bytes,
    report: Say,
    label: bool = False,
    shelf: Path | None = None,
    script: dict[str, Any] | None = None,
    transcript: str | None = None,
    aspect: str | None = None,
    background: str = "keep",
) -> Take:
    """Analyse, listen and plan now; the frames that follow carry `code` in both marks, and a label if asked for."""
    from generation import backdrop
    from generation.label import labelled
    from generation.pipeline import perform
    from generation.shelf import Shelf
    from generation.types import Controls, Progress
    from generation.voice import phones_file
    from provenance.watermark import Marker

    def tell(step: Progress) -> None:
        report(stage=step.stage, done=step.done, total=step.total)

    performance = perform(
        portrait.read_bytes(),
        recording,
        Controls(**(controls | {"gaze": tuple(controls["gaze"])})),
        size=size,
        aspect=aspect,
        backdrop=backdrop.read(background),
        face_index=face_index,
        script=phones_file.from_json(script) if script else None,
        transcript=transcript,
        shelf=Shelf(shelf),
        progress=tell,
    )
    marker = Marker(code, watermark_key, performance.width, performance.height, performance.fps)
    width, height = performance.width, performance.height
    painted = labelled(performance.frames, width, height) if label else performance.frames
    return Take(marker.mark(painted), performance)


def render(
    *,
    portrait: str,
    recording: str,
    folder: str,
    face_index: int | None,
    controls: dict[str, Any],
    size: int,
    label: bool,
    code: int,
    watermark_key_file: str,
    report: Say,
    script: dict[str, Any] | None = None,
    transcript: str | None = None,
    aspect: str | None = None,
    background: str = "keep",
) -> dict[str, Any]:
    """Make the marked, unsigned film `folder`/film.mp4 and its poster. Columns of Job, `film` and `poster`."""
    from provenance.keys import load_watermark_key

    watermark_key = load_watermark_key(Path(watermark_key_file))  # first: it may be missing, and the engine is slow
    from generation.pipeline import ENGINE

    film, poster = Path(folder) / "film.mp4", Path(folder) / "poster.jpg"
    take = perform_marked(
        portrait=Path(portrait),
        recording=Path(recording),
        face_index=face_index,
        controls=controls,
        size=size,
        code=code,
        watermark_key=watermark_key,
        report=report,
        label=label,
        script=script,
        transcript=transcript,
        aspect=aspect,
        background=background,
    )
    made = take.performance
    frames = _with_poster(take.frames, poster, report)
    write_film(frames, made, recording=Path(recording), out=film)
    return {
        "film": str(film),
        "poster": str(poster),
        "frames": made.frame_count,
        "fps": made.fps,
        "duration_s": made.frame_count / made.fps,
        "seconds": {stage: round(spent, 3) for stage, spent in made.seconds.items()},
        "words": [{"text": w.text, "start_s": w.start_s, "end_s": w.end_s} for w in made.speech.words],
        "language": made.speech.language,
        "engine": ENGINE,
        "label": label,
        "weights": list(made.weights),
    }


def write_film(frames: Iterable[Any], made: Any, *, recording: Path, out: Path, stream: bool = False) -> None:
    """Encode the frames of `made`, a Performance, with the recording's sound."""
    from generation.encode import encode

    encode(frames, recording=recording, out=out, fps=made.fps, size=(made.width, made.height), stream=stream)


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


def captions(words: list[dict[str, Any]], *, form: str) -> str:
    """What is said, as "vtt" or "srt". `words`: text, start_s, end_s. Loads no engine."""
    from generation import captions

    timed = [SimpleNamespace(**word) for word in words]
    return captions.vtt(timed) if form == "vtt" else captions.srt(timed)


@dataclass(frozen=True)
class SealFacts:
    """What the manifest says about a job. It becomes public with the file."""

    title: str
    code: int
    job_id: str
    consent_id: str
    portrait_type: str  # MIME type
    portrait_sha256: str
    recording_sha256: str
    synthetic_voice: bool
    engine: dict[str, Any]  # name, version, weights
    made_at: datetime


@dataclass(frozen=True)
class Seal:
    """What was found in the file just signed."""

    manifest_state: str  # trusted, valid, invalid, missing
    mark_confirmed: bool


def seal(rendered: Path, out: Path, *, facts: SealFacts, keys: Path, trust_root: Path, watermark_key: Path) -> Seal:
    """Sign `rendered` into `out`, then read back the manifest and the mark as a stranger would."""
    from provenance.keys import load_identity, load_trust_root, load_watermark_key
    from provenance.manifest import Claim, Ingredient, sign
    from provenance.verify import verify

    weights = {weight["name"]: weight["sha256"] for weight in facts.engine.get("weights", [])}
    voice = "Synthetic voice reading a typed text" if facts.synthetic_voice else "Recording"
    claim = Claim(
        job_id=facts.job_id,
        code=facts.code,
        consent_reference=facts.consent_id,
        engine=facts.engine.get("name", ""),
        portrait=Ingredient("Portrait", facts.portrait_type, facts.portrait_sha256),
        recording=Ingredient(voice, "audio/flac", facts.recording_sha256),
        synthetic_voice=facts.synthetic_voice,
        title=facts.title,
        versions={"sitter": facts.engine.get("version", ""), **weights},
        made_at=facts.made_at.isoformat(),
    )
    sign(rendered, out, signer=load_identity(keys), claim=claim)
    found = verify(out, trust_root=load_trust_root(trust_root), key=load_watermark_key(watermark_key))
    return Seal(found.manifest.state, bool(found.watermark_agrees))


WORK: dict[str, Callable[..., dict[str, Any]]] = {
    "examine_portrait": examine_portrait,
    "examine_recording": examine_recording,
    "speak": speak,
    "render": render,
}
