"""Was this file made here, and by which job? Several independent signals and a verdict in words.

One signal can be mistaken or copied (a mark can be lifted from one video and laid on another), so that a file is
called "made here" only when a second one names the same job.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .codes import format_code
from .fingerprints import Library, Match, take
from .manifest_reader import Manifest, read_manifest
from .marks import second_layer
from .sweep import Done, search
from .watermark import rivagan
from .watermark.detect import Hit, Miss
from .watermark.pattern import Pattern

Verdict = Literal["made_here", "probably_made_here", "no_sign"]
VERDICTS: dict[Verdict, str] = {
    "made_here": "Made here: two independent signals name the same job.",
    "probably_made_here": "Probably made here: one signal names a job, and nothing else confirms it.",
    "no_sign": "No sign that it was made here. This does not show that it is genuine, nor that it was not made "
    "here: heavy editing removes marks, and other tools leave none of ours.",
}


@dataclass(frozen=True)
class Signal:
    """One line of evidence. confidence: 1 − the chance that other material would do as well; 0 when not found."""

    name: str
    found: bool
    confidence: float
    detail: str


@dataclass(frozen=True)
class Identification:
    """The answer; `job_code` in printed form, `segment_s` the stretch in which the naming mark shows."""

    verdict: Verdict
    job_code: str | None
    signals: tuple[Signal, ...]
    segment_s: tuple[float, float] | None

    @property
    def sentence(self) -> str:
        """The verdict for people."""
        return VERDICTS[self.verdict]


def identify(
    path: Path,
    *,
    key: bytes,
    codes: Iterable[int] | None = None,
    trust_root: bytes | None = None,
    library: Library | None = None,
    done: Done = lambda done, total: None,
) -> Identification:
    """Read every signal of a video or picture.

    key: of the watermark. codes: issued codes, tried where the blind reading fails. trust_root: PEM; a manifest
    counts as a signal only if its signer leads there. library: prints of the videos made here. `done` hears
    how far the search is. FileRefused when there is no picture to examine.
    """
    nearest = library.nearest(take(Path(path))) if library else None
    sighting = search(Path(path), Pattern(key), codes, done)
    mark = sighting.mark
    manifest = read_manifest(Path(path), trust_root=trust_root)
    claimed = manifest.code if manifest.state == "trusted" else None
    looks_like = nearest.code if nearest and nearest.likeness.same_video else None
    code = next((named for named in (_read(mark), claimed, looks_like) if named is not None), None)
    agreement = None if code is None else second_layer(sighting, code, key)
    signals = (
        _mark_signal(mark),
        _second_signal(agreement),
        _manifest_signal(manifest, claimed, code),
        _print_signal(nearest, code, asked=library is not None),
    )
    named = None if code is None else format_code(code)
    return Identification(_verdict(signals), named, signals, sighting.segment_s)


def _mark_signal(mark: Hit | Miss) -> Signal:
    name = "naming_mark"
    if isinstance(mark, Miss):
        return Signal(name, False, 0.0, f"No code could be read; best trace of the pattern {mark.score:.1f} σ.")
    way = "found among the issued codes" if mark.listed else "read without a list"
    turned = f", turned {mark.place.turn:.1f}°" if abs(mark.place.turn) >= 0.1 else ""
    place = f"at scale {mark.place.scale:.3f}{turned}{', mirrored' if mark.place.mirrored else ''}"
    confidence = round(1.0 - min(mark.false_alarm, 1.0), 9)
    return Signal(name, True, confidence, f"{format_code(mark.code)}, {way} {place}.")


def _second_signal(agreement: float | None) -> Signal:
    name = "second_layer"
    if agreement is None:
        return Signal(name, False, 0.0, "Not asked: it can only confirm a code, and nothing named one.")
    found = agreement >= rivagan.MIN_SCORE
    detail = f"Agrees with the code by {agreement:.1f} σ; {rivagan.MIN_SCORE} σ are needed."
    return Signal(name, found, round(rivagan.confidence(agreement), 6) if found else 0.0, detail)


def _manifest_signal(manifest: Manifest, claimed: int | None, code: int | None) -> Signal:
    name = "manifest"
    if claimed is None:
        return Signal(name, False, 0.0, manifest.sentence)
    if claimed != code:
        return Signal(name, False, 0.0, f"It names another job than the mark: {format_code(claimed)}.")
    return Signal(
        name, True, 1.0, f"It is whole, names {format_code(claimed)} and was signed by {manifest.signer}."
    )


def _read(mark: Hit | Miss) -> int | None:
    return mark.code if isinstance(mark, Hit) else None


def _print_signal(nearest: Match | None, code: int | None, *, asked: bool) -> Signal:
    name = "fingerprint"
    if not asked:
        return Signal(name, False, 0.0, "Not asked: there are no prints at hand to compare with.")
    if nearest is None:
        return Signal(name, False, 0.0, "It looks and sounds like no video that was made here.")
    near, named = nearest.likeness, format_code(nearest.code)
    heard = "" if near.sound_error is None else f", its sound differs in {near.sound_error:.0%} of the bits"
    seen = f"its nearest picture differs in {near.portrait_bits} of 256 bits"
    if not near.same_video:
        alike = "the recording" if near.same_sound else "the portrait" if near.same_portrait else "little"
        return Signal(name, False, 0.0, f"It has {alike} in common with {named}, no more: {seen}{heard}.")
    if nearest.code != code:
        return Signal(
            name, False, 0.0, f"It looks and sounds like {named}, another job than the other signals name."
        )
    return Signal(name, True, near.confidence, f"It looks and sounds like {named}: {seen}{heard}.")


def _verdict(signals: tuple[Signal, ...]) -> Verdict:
    """The second layer needs a code that another signal named, so that one signal is never it alone."""
    found = sum(signal.found for signal in signals)
    return "made_here" if found >= 2 else "probably_made_here" if found else "no_sign"
