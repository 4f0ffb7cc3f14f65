"""How far the jaw opens: with each syllable's loudness, steadily through held notes, or by loudness alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.motion.clock import Clock, Track, smooth
from generation.motion.coarticulation import Segment
from generation.motion.prosody import Prosody
from generation.motion.targets import ARTICULATORS, COLUMN, TARGETS
from generation.speech.visemes import INDEX, VOWELS

LOUD_OPENS = 0.40  # share of its target that the jaw gains at full emphasis; studies: .035 per dB
SPOKEN_BOUNDS = (0.55, 1.35)  # of that factor
HELD_S = 0.35  # a vowel this long is held: sung, or drawn out
HIGH_OPENS = 0.20  # singers open toward high notes (Sundberg 1975): gained a MELODY_RANGE_ST above the median
HELD_JAW, HELD_REACH = 0.42, 0.35  # a held vowel moves that share of the way to that jaw: sung /i/ opens
STEADY_S = 0.16  # Gaussian over loudness and pitch in held vowels: passes 0.4 % of a 6 Hz vibrato

ENERGY_JAW = 0.30  # of a loud moment, when only loudness is known
ENERGY_SYLLABLE_S = 0.03
ENERGY_FLOOR = 0.25  # of the envelope (0..1), below which the mouth stays shut


def opening(spoken: tuple[Segment, ...], prosody: Prosody, clock: Clock) -> Track:
    """(n,) the factor on the jaw's targets: 1 in a spoken syllable at the speaker's median loudness."""
    louder = np.clip(1 + LOUD_OPENS * prosody.emphasis, *SPOKEN_BOUNDS)
    higher = np.maximum(prosody.melody, 0.0)
    sung = np.clip(1 + smooth(LOUD_OPENS * prosody.emphasis + HIGH_OPENS * higher, STEADY_S), *SPOKEN_BOUNDS)
    factor = louder.copy()
    for segment in spoken:
        if segment.viseme in VOWELS and segment.length_s >= HELD_S:
            near = clock.span(segment.start_s, segment.end_s)
            target = TARGETS[INDEX[segment.viseme], COLUMN["jaw"]]
            factor[near] = sung[near] * (1 + HELD_REACH * (HELD_JAW / target - 1))
    return smooth(factor, 0.03)


def from_loudness(prosody: Prosody) -> npt.NDArray[np.float64]:
    """(n, 9) the course of the ARTICULATORS when no phones are known: open with the voice, shut without."""
    course = np.zeros((len(prosody.envelope), len(ARTICULATORS)))
    voice = np.clip((prosody.envelope - ENERGY_FLOOR) / (1 - ENERGY_FLOOR), 0.0, 1.0) * prosody.talking
    voice = smooth(voice, ENERGY_SYLLABLE_S)
    course[:, COLUMN["jaw"]] = ENERGY_JAW * voice
    course[:, COLUMN["lower"]] = 0.20 * np.sqrt(voice)
    course[:, COLUMN["upper"]] = 0.08 * voice
    course[:, COLUMN["funnel"]] = 0.15 * voice * np.clip(-prosody.melody, 0.0, 1.0)
    course[:, COLUMN["spread"]] = 0.30 * voice * np.clip(prosody.melody, 0.0, 1.0)
    return course
