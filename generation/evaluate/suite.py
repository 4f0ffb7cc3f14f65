"""Every portrait with every voice: made, measured, and laid out in one table that docs/quality.md keeps."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generation import pipeline
from generation.errors import InputRefused
from generation.evaluate.quality import Quality, judge
from generation.evaluate.references import REFERENCES
from generation.evaluate.watch import watch
from generation.shelf import Shelf
from generation.speech import listen
from generation.types import Controls, ProgressCallback, Speech, silent

PICTURES = {".png", ".jpg", ".jpeg", ".webp"}
SOUNDS = {".wav", ".flac", ".ogg", ".mp3", ".m4a"}
BLOCK = "<!-- {name}: written by `python -m generation evaluate-suite` -->\n{body}<!-- end of {name} -->\n"
HEADINGS = {
    "lip shapes": "lips.viseme_accuracy",
    "p b m": "lips.bilabial_recall",
    "lag ms": "lips.lag_ms",
    "opening r": "lips.opening_r",
    "blinks": "blinks.per_min",
    "blink ms": "blinks.duration_ms",
    "yaw °/s": "head.speed_deg_s.yaw",
    "pitch °/s": "head.speed_deg_s.pitch",
    "roll °/s": "head.speed_deg_s.roll",
    "identity": "identity.mean",
    "worst": "identity.max",
    "seam": "seam",
    "flicker": "flicker",
    "sharpness": "sharpness",
}


@dataclass(frozen=True)
class Row:
    """One portrait with one voice."""

    portrait: str
    voice: str
    quality: Quality


def found(folders: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Pictures and sounds directly in the folders. Raises InputRefused with code nothing_to_evaluate."""
    files = [file for folder in folders for file in sorted(folder.glob("*"))]
    portraits, voices = ([f for f in files if f.suffix.lower() in kinds] for kinds in (PICTURES, SOUNDS))
    if not portraits or not voices:
        raise InputRefused(
            "nothing_to_evaluate",
            f"These folders hold {len(portraits)} pictures and {len(voices)} recordings; one of each is needed.",
            "Name folders with portraits (PNG, JPEG, WebP) and recordings (WAV, FLAC, Ogg, MP3, M4A).",
        )
    return portraits, voices


def run(portraits: Sequence[Path], voices: Sequence[Path], progress: ProgressCallback = silent) -> list[Row]:
    """Render and measure every pair, with seed 0 and everything else as it is by default."""

    @cache
    def heard(voice: Path) -> Speech:
        return listen(voice, progress=progress)

    rows = []
    with tempfile.TemporaryDirectory(prefix="sitter-suite-") as scratch:
        video = Path(scratch) / "video.mp4"
        for portrait in portraits:
            for voice in voices:
                print(f"{portrait.name} × {voice.name}", file=sys.stderr)  # noqa: T201
                picture = portrait.read_bytes()
                performance = pipeline.perform(picture, voice, Controls(), shelf=Shelf(), progress=progress)
                pipeline.render(performance, voice, video, progress=progress)
                played = performance.motion
                quality = judge(watch(video, progress), heard(voice), motion=played, portrait=picture)
                rows.append(Row(portrait.stem, voice.stem, quality))
    return rows


def as_json(rows: Sequence[Row]) -> dict[str, object]:
    """One object: the rows, and once the references."""
    answers = [{"portrait": row.portrait, "voice": row.voice, **row.quality.as_json()} for row in rows]
    references = [answer.pop("reference") for answer in answers]
    return {"rows": answers, "reference": references[0] if references else {}}


def table(rows: Sequence[Row]) -> str:
    """Markdown; numbers outside their range are bold, those that could not be measured are a dash."""
    lines = [f"| portrait | voice | {' | '.join(HEADINGS)} |", "|---|---|" + "---|" * len(HEADINGS)]
    for row in rows:
        values = row.quality.single()
        cells = [_cell(name, values[name]) for name in HEADINGS.values()]
        lines.append(f"| {row.portrait} | {row.voice} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def ranges() -> str:
    """The references as Markdown."""
    lines = ["| number | range | from |", "|---|---|---|"]
    lines += [f"| `{name}` | {reference} | {reference.source} |" for name, reference in REFERENCES.items()]
    return "\n".join(lines) + "\n"


def keep(rows: Sequence[Row], page: Path) -> None:
    """Replace the blocks `references`, `suite` and `before` of a page; a page without gets them at its end.

    `before` holds what `suite` said until now.
    """
    text = page.read_text() if page.is_file() else "# Quality\n"
    now, earlier = table(rows), _body("suite", text)
    text = _with_block("suite", now, _with_block("references", ranges(), text))
    if earlier and earlier != now:
        text = _with_block("before", earlier, text)
    page.write_text(text)


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- {name}: [^\n]*\n(.*?)<!-- end of {name} -->\n", re.DOTALL)


def _body(name: str, text: str) -> str:
    """What stands in a block of a page, "" where it has none."""
    found = _block(name).search(text)
    return found[1] if found else ""


def _with_block(name: str, body: str, text: str) -> str:
    block, place = BLOCK.format(name=name, body=body), _block(name).search(text)
    return text[: place.start()] + block + text[place.end() :] if place else f"{text}\n{block}"


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    shown = f"{value:.0f}" if name.endswith(("_ms", "per_min")) else f"{value:.2f}"
    return shown if REFERENCES[name].holds(value) else f"**{shown}**"
