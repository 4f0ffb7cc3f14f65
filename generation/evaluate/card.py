"""The quality card: what was seen, as curves and as numbers against their ranges, in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from generation.evaluate import life, lips
from generation.evaluate.quality import Quality
from generation.evaluate.references import REFERENCES, Range
from generation.speech.visemes import classes

# The site's colours (docs/look.md), on paper.
PAPER, RAISED, LINE, INK, SOFT = "#f4f4f0", "#ffffff", "#d5d5cd", "#1b1f1d", "#535955"
ACCENT, ACCENT_SOFT, WARNING = "#1c5c4f", "#dcebe5", "#7a4f00"
TINTS = (ACCENT, "#b0713a", "#83857d")  # yaw, pitch, roll

WIDTH, MARGIN, GAP = 1280, 48, 20  # px
PICTURE = 264
PANEL = 132
ROW, COLUMNS = 62, 3
FINER = 2  # drawn at this scale and reduced, so that lines are smooth
LONGEST_S = 30.0  # of the curves; the numbers are of the whole video

LABELS = {
    "lips.viseme_accuracy": "lip shapes that agree",
    "lips.bilabial_recall": "p b m with closed lips",
    "lips.lag_ms": "lips after the sound",
    "lips.opening_r": "opening as intended (r)",
    "blinks.per_min": "blinks a minute",
    "blinks.duration_ms": "length of a blink",
    "head.speed_deg_s.yaw": "turning speed",
    "head.speed_deg_s.pitch": "nodding speed",
    "head.speed_deg_s.roll": "tilting speed",
    "head.range_deg.yaw": "range of turns",
    "head.range_deg.pitch": "range of nods",
    "head.range_deg.roll": "range of tilts",
    "identity.mean": "distance of identity, mean",
    "identity.max": "distance of identity, worst",
    "seam": "seam",
    "flicker": "flicker",
    "sharpness": "sharpness",
}

Track = npt.NDArray[np.float64]


def write(picture: Image.Image, out: Path) -> None:
    """Save as PNG."""
    picture.save(out, format="PNG", optimize=True)


def card(quality: Quality, title: str) -> Image.Image:
    """Draw the card of one video."""
    rows = -(-len(LABELS) // COLUMNS)
    top = MARGIN + 64
    table = top + 3 * (PANEL + GAP) + 28
    sheet = Sheet(WIDTH, table + rows * ROW + MARGIN + 24)
    _heading(sheet, quality, title)
    _picture(sheet, quality, top)
    _curves(sheet, quality, MARGIN + PICTURE + GAP, top)
    values = quality.single()
    wide = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * 2 * GAP) / COLUMNS
    for index, (name, label) in enumerate(LABELS.items()):
        column, row = divmod(index, rows)
        x = MARGIN + column * (wide + 2 * GAP)
        _number(sheet, (x, table + row * ROW, wide), label, values[name], REFERENCES[name])
    sheet.text(
        (MARGIN, sheet.height - MARGIN + 4),
        "Shaded: the range of its reference. Sources and what is unverified: docs/quality.md",
        13,
        SOFT,
    )
    return sheet.finished()


class Sheet:
    """A page in px of the finished card."""

    def __init__(self, width: int, height: int) -> None:
        self.height = height
        self._image = Image.new("RGB", (width * FINER, height * FINER), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def text(self, at: tuple[float, float], words: str, size: int, colour: str = INK, anchor: str = "la") -> None:
        font = ImageFont.load_default(size * FINER)
        self._draw.text((at[0] * FINER, at[1] * FINER), words, fill=colour, font=font, anchor=anchor)

    def box(self, box: tuple[float, float, float, float], fill: str, outline: str | None = None) -> None:
        x0, y0, x1, y1 = (side * FINER for side in box)
        self._draw.rounded_rectangle((x0, y0, x1, y1), 3 * FINER, fill=fill, outline=outline, width=FINER)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float = 1.5) -> None:
        scaled = [(x * FINER, y * FINER) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * FINER), joint="curve")

    def dot(self, at: tuple[float, float], radius: float, colour: str) -> None:
        x, y = at[0] * FINER, at[1] * FINER
        r = radius * FINER
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def paste(self, picture: Image.Image, at: tuple[int, int]) -> None:
        larger = picture.resize((picture.width * FINER, picture.height * FINER), Image.Resampling.LANCZOS)
        self._image.paste(larger, (at[0] * FINER, at[1] * FINER))

    def finished(self) -> Image.Image:
        return self._image.reduce(FINER)


@dataclass(frozen=True)
class Panel:
    """A strip of time on the sheet."""

    sheet: Sheet
    x: float
    y: float
    width: float
    seconds: float

    def curve(self, times: Track, track: Track, span: tuple[float, float], colour: str, width: float = 1.6) -> None:
        """Draw a track whose values lie between the ends of `span`."""
        shown = times <= self.seconds
        low, high = span
        inner = PANEL - 44
        heights = self.y + PANEL - 12 - inner * np.clip((track[shown] - low) / (high - low), 0, 1)
        points = list(zip([self.at(t) for t in times[shown]], heights.tolist(), strict=True))
        if len(points) > 1:
            self.sheet.line(points, colour, width)

    def at(self, time: float) -> float:
        """Where a second lies."""
        return self.x + 14 + (self.width - 28) * time / self.seconds

    def mark(self, start: float, end: float, colour: str) -> None:
        """Shade a stretch of time."""
        if start < self.seconds:
            ends = self.at(start), max(self.at(min(end, self.seconds)), self.at(start) + 2)
            self.sheet.box((ends[0], self.y + 30, ends[1], self.y + PANEL - 10), colour)


def _heading(sheet: Sheet, quality: Quality, title: str) -> None:
    sight, speech = quality.sight, quality.speech
    facts = [f"{sight.seconds:.1f} s", f"{sight.size[0]} by {sight.size[1]} px", f"{sight.fps:g} frames/s"]
    if speech:
        facts.append(f"{len(speech.phones)} speech sounds")
    good = [REFERENCES[name].holds(value) for name, value in quality.single().items() if value is not None]
    facts.append(f"{sum(good)} of {len(good)} numbers within their range")
    sheet.text((MARGIN, MARGIN - 8), title if len(title) <= 60 else f"{title[:59]}…", 30)
    sheet.text((MARGIN, MARGIN + 32), "  ·  ".join(facts), 15, SOFT)


def _picture(sheet: Sheet, quality: Quality, top: int) -> None:
    """The face in the middle of the video, and what the colours mean."""
    moment = quality.sight.moments[len(quality.sight.moments) // 2]
    x0, y0, x1, y1 = moment.face.box
    half = min(0.85 * (y1 - y0), moment.picture.shape[1] / 2, moment.picture.shape[0] / 2)
    sides = moment.picture.shape[1::-1]
    middle = [
        float(np.clip(at, half, side - half))
        for at, side in zip(((x0 + x1) / 2, 0.55 * y0 + 0.45 * y1), sides, strict=True)
    ]
    window = tuple(round(c + d * half) for d in (-1, 1) for c in middle)
    cut = Image.fromarray(moment.picture).crop((window[0], window[1], window[2], window[3]))
    sheet.paste(cut.resize((PICTURE, PICTURE), Image.Resampling.LANCZOS), (MARGIN, top))
    y = top + PICTURE + 22
    lines = [(ACCENT, "mouth as seen, yaw"), (TINTS[1], "mouth as intended, pitch"), (TINTS[2], "roll")]
    for colour, words in lines:
        sheet.line([(MARGIN, y + 8), (MARGIN + 22, y + 8)], colour, 2.2)
        sheet.text((MARGIN + 32, y), words, 14, SOFT)
        y += 24
    sheet.box((MARGIN, y + 2, MARGIN + 22, y + 14), ACCENT_SOFT)
    sheet.text((MARGIN + 32, y), "p b m, closed eyes", 14, SOFT)


def _curves(sheet: Sheet, quality: Quality, x: float, top: float) -> None:
    sight = quality.sight
    times = lips.middles(sight)
    panels = []
    for index, words in enumerate(("Mouth opening, mm", "Open eyes", "Head, degrees from its mean")):
        y = top + index * (PANEL + GAP)
        sheet.box((x, y, WIDTH - MARGIN, y + PANEL), RAISED, LINE)
        sheet.text((x + 14, y + 9), words, 14, SOFT)
        panels.append(Panel(sheet, x, y, WIDTH - MARGIN - x, min(sight.seconds, LONGEST_S)))
    mouth, eyes, head = panels

    opening = life.filled(sight.opening)
    reach = max(4.0, float(np.percentile(opening, 99)))
    for phone in quality.speech.phones if quality.speech else ():
        if classes(phone.ipa)[:1] == ("PP",):
            mouth.mark(phone.start_s, phone.end_s, ACCENT_SOFT)
    if quality.motion is not None:
        meant = lips.intended_mm(quality.motion)
        at = np.asarray((np.arange(len(meant)) + 0.5) / quality.motion.fps, np.float64)
        scale = float(opening.std()) / max(float(meant.std()), 1e-6)  # to that of this mouth
        mouth.curve(at, scale * meant, (0, reach), TINTS[1], 1.2)
    mouth.curve(times, opening, (0, reach), ACCENT)

    openness = life.open_share(sight)
    if openness is not None:
        for start, end in life.closures(openness):
            eyes.mark(start / sight.fps, end / sight.fps, ACCENT_SOFT)
        eyes.curve(times, openness, (0, 1.15), ACCENT)

    angles = [life.filled(sight.head[:, k]) for k in range(3)]
    angles = [track - track.mean() for track in angles]
    reach = max(6.0, max(float(np.abs(track).max()) for track in angles))
    for track, colour in zip(angles, TINTS, strict=True):
        head.curve(times, track, (-reach, reach), colour)


def _number(
    sheet: Sheet, place: tuple[float, float, float], label: str, value: float | None, reference: Range
) -> None:
    """Label, value, and a track with the range shaded and the value as a dot."""
    x, y, width = place
    sheet.text((x, y), label, 15, SOFT)
    if value is None:
        sheet.text((x + width, y), "not measured", 15, SOFT, "ra")
    else:
        fits = reference.holds(value)
        unit = f" {reference.unit}" if reference.unit in ("ms", "°", "°/s") else ""
        words = f"{value:.0f}{unit}" if unit == " ms" or abs(value) >= 20 else f"{value:.2f}{unit}"
        sheet.text((x + width, y - 1), words, 17, INK if fits else WARNING, "ra")
    low = reference.low if reference.low is not None else 0.0
    high = reference.high if reference.high is not None else 1.0
    start, end = min(low, 0.0), high + 0.25 * (high - low) if reference.high is not None else 1.0
    track = y + 34

    def at(number: float) -> float:
        return x + width * float(np.clip((number - start) / (end - start), 0, 1))

    sheet.box((x, track - 3, x + width, track + 3), LINE)
    sheet.box((at(low), track - 3, at(high), track + 3), "#9cc7ba")
    if value is not None:
        sheet.dot((at(value), track), 7, PAPER)
        sheet.dot((at(value), track), 5, ACCENT if reference.holds(value) else WARNING)
