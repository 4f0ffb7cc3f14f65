"""How alike are two videos, and where does the one lie in the other?"""

from __future__ import annotations

from dataclasses import dataclass

from . import picture, sound
from .prints import RATE, Prints

SAME_SOUND = 0.15  # share of bits; measured on copies .01–.12, on the same voice with two other words .19
LEAST_WORDS = 8  # that must overlap: 3.5 s of sound
SAME_MOMENT = 16  # bits, mean; measured on copies 3–10, on other moments of the same portrait 12–36
SAME_PORTRAIT = 60  # bits, nearest; measured on screen recordings up to 68, on other portraits 55 and 97 up
LIKE_PORTRAIT = 90  # the same where the sound agrees already: 90 % crops have 60–88
LEAST_PICTURES = 4  # that must overlap: two seconds


@dataclass(frozen=True)
class Likeness:
    """A suspect beside a known video."""

    sound_error: float | None  # share of differing bits, None when there is too little sound
    moment_bits: float | None  # mean distance of the pictures at the best shift, None when there are too few
    portrait_bits: int  # distance of the nearest two pictures
    mirrored: bool
    starts_s: float | None  # where the suspect starts within the known video; negative: it has something before

    @property
    def same_video(self) -> bool:
        """Whether both sound and pictures show this very video; without sound, whether the pictures run in step."""
        if self.sound_error is None:
            return self.same_moments
        return self.same_sound and self.portrait_bits <= LIKE_PORTRAIT

    @property
    def same_sound(self) -> bool:
        """Whether it has the same recording, which may have been somebody else's before it was ours."""
        return self.sound_error is not None and self.sound_error <= SAME_SOUND

    @property
    def confidence(self) -> float:
        """How far from the limit it is, 0 … 1: half at the limit itself. A measure of ours, not a chance."""
        if not self.same_video:
            return 0.0
        if self.sound_error is None:
            return round(1.0 - 0.5 * (self.moment_bits or 0.0) / SAME_MOMENT, 3)
        return round(1.0 - 0.5 * self.sound_error / SAME_SOUND, 3)

    @property
    def same_moments(self) -> bool:
        """Whether the pictures run in step."""
        return self.moment_bits is not None and self.moment_bits <= SAME_MOMENT

    @property
    def same_portrait(self) -> bool:
        """Whether it shows the same portrait, as any video made from it would."""
        return self.portrait_bits <= SAME_PORTRAIT


def compare(suspect: Prints, known: Prints) -> Likeness:
    """Lay the suspect over the known video at every shift."""
    plain = _pictures(suspect.pictures, known)
    turned = _pictures(picture.mirrored(suspect.pictures), known)
    mirrored = turned[0] < plain[0]
    nearest, moment, picture_shift = turned if mirrored else plain
    error: float | None = None
    starts_s = None if picture_shift is None else picture_shift / RATE
    if min(len(suspect.words), len(known.words)) >= LEAST_WORDS:
        error, shift = sound.error_at(suspect.words, known.words, LEAST_WORDS)
        if error <= SAME_SOUND:
            starts_s = shift * sound.STEP_S
    return Likeness(error, moment, nearest, mirrored, None if starts_s is None else round(starts_s, 2))


def _pictures(hashes: picture.Hash, known: Prints) -> tuple[int, float | None, int | None]:
    """Distance of the nearest two; mean distance at the best shift and that shift, None when too few overlap."""
    apart = picture.distance(hashes[:, None], known.pictures[None])  # (suspect, known)
    best: float | None = None
    at: int | None = None
    for shift in range(LEAST_PICTURES - len(hashes), len(known.pictures) - LEAST_PICTURES + 1):
        along = apart.diagonal(shift)
        if best is None or along.mean() < best:
            best, at = float(along.mean()), shift
    return int(apart.min()), best, at
