"""What the voice tells the whole face: when it talks, how loud and high, where its accents and phrases lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.signal import find_peaks

from generation.motion.clock import TICK_RATE, Clock, Track, smooth
from generation.speech.visemes import classes, is_vowel
from generation.types import Phone, Speech

SILENCE_DB = -80.0  # what lies beyond the recording
SMILE_BEFORE_S, SMILE_AFTER_S = 0.25, 0.8  # by which the smile of a laugh comes early and stays
SMILE_SETTLE_S = 0.15  # Gaussian
VOICE_GATE = 0.5  # share of voice above which a moment without phones counts as talking
BRIDGE_S = 0.25  # a shorter gap lies inside a phrase (stop closures, CTC's loose ends)
SHORTEST_PHRASE_S = 0.08
LOUDNESS_RANGE_DB = 12.0  # that much above the speaker's median is full emphasis
SYLLABLE_S = 0.05  # Gaussian that keeps syllables (4–6 Hz) and drops pitch periods
MELODY_RANGE_ST = 5.0  # semitones above the speaker's median that count as much as full emphasis
ACCENT_GAP_S = 0.35  # accents come no closer
ACCENT_PROMINENCE = 0.35  # of the combined loudness and pitch contour; studies: 2.2 semitones, 12 dB


@dataclass(frozen=True)
class Accent:
    """A stressed moment; `strength` 0.3..1.5."""

    time_s: float
    strength: float


@dataclass(frozen=True)
class Phrase:
    """A stretch of talk between two audible pauses."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Prosody:
    """The recording's prosody on the ticks of a clock."""

    first_s: float  # when the first tick is
    talking: Track  # (n,) 0..1, eased at both ends of every phrase
    emphasis: Track  # (n,) −1..1 loudness about the speaker's median, 0 in pauses
    melody: Track  # (n,) −1..1 pitch about the speaker's median, 0 in pauses, bridged where unvoiced
    envelope: Track  # (n,) 0..1 loudness between the recording's floor and its loud moments
    phrases: tuple[Phrase, ...]
    accents: tuple[Accent, ...]
    syllables: tuple[float, ...]  # seconds, the middle of every vowel
    laughing: Track | float = 0.0  # (n,) 0..1, a smile that comes before the laugh and outlasts it


def hear(speech: Speech, clock: Clock) -> Prosody:
    """Read the prosody off the feature tracks and phones of `speech`."""
    phrases = _phrases(speech, clock)
    loudness = clock.from_feature(speech.loudness_db, missing=SILENCE_DB)
    pitch = clock.from_feature(speech.pitch_hz, missing=0.0)
    voice = usual(loudness[_inside(phrases, clock)], pitch)
    heard = read(phrases, speech.phones, loudness, pitch, voice, clock)
    return replace(heard, laughing=_laughing(speech, clock))


def _laughing(speech: Speech, clock: Clock) -> Track:
    track = np.zeros(len(clock.ticks))
    for start, end in speech.laughs:
        track[clock.span(start - SMILE_BEFORE_S, end + SMILE_AFTER_S)] = 1.0
    return smooth(track, SMILE_SETTLE_S)


def read(
    phrases: tuple[Phrase, ...],
    phones: Sequence[Phone],
    loudness_db: Track,
    pitch_hz: Track,
    voice: Usual,
    clock: Clock,
) -> Prosody:
    """The prosody of phrases from (n,) loudness and pitch on the ticks."""
    inside = _inside(phrases, clock)
    talking = smooth(inside.astype(np.float64), 0.06)
    emphasis = talking * smooth(_scaled(loudness_db, voice.loudness_db, LOUDNESS_RANGE_DB), SYLLABLE_S)
    melody = talking * smooth(_melody(pitch_hz, voice.semitones), SYLLABLE_S)
    return Prosody(
        first_s=float(clock.ticks[0]),
        talking=talking,
        emphasis=emphasis,
        melody=melody,
        envelope=_envelope(loudness_db, voice.loud_db),
        phrases=phrases,
        accents=_accents(clock.ticks, emphasis, melody, talking),
        syllables=tuple((p.start_s + p.end_s) / 2 for p in phones if is_vowel(p.ipa)),
    )


@dataclass(frozen=True)
class Usual:
    """What is usual for a voice; NaN where it was never heard."""

    loudness_db: float  # median while it talks
    loud_db: float  # of its loud moments
    semitones: float  # median pitch, re 1 Hz


def usual(talk_db: Track, pitch_hz: Track) -> Usual:
    """What is usual for a voice of this loudness while it talks, and of this pitch (0 where there is none)."""
    voiced = pitch_hz[pitch_hz > 0]
    return Usual(
        loudness_db=float(np.median(talk_db)) if len(talk_db) else np.nan,
        loud_db=float(np.percentile(talk_db, 90)) if len(talk_db) else np.nan,
        semitones=float(np.median(12 * np.log2(voiced))) if len(voiced) else np.nan,
    )


def _inside(phrases: tuple[Phrase, ...], clock: Clock) -> np.typing.NDArray[np.bool_]:
    """(n,) whether a tick lies within a phrase."""
    inside = np.zeros(len(clock.ticks), np.bool_)
    for phrase in phrases:
        inside[clock.span(phrase.start_s, phrase.end_s)] = True
    return inside


def _phrases(speech: Speech, clock: Clock) -> tuple[Phrase, ...]:
    """Spans of talk, from the phones where there are any, else from the share of voice."""
    spans = [(p.start_s, p.end_s) for p in speech.phones if classes(p.ipa)]
    if not spans:
        spans = runs(clock.from_feature(speech.activity, missing=0.0) > VOICE_GATE, TICK_RATE)
    return joined([(start, min(end, clock.duration_s)) for start, end in spans])


def joined(spans: Sequence[tuple[float, float]]) -> tuple[Phrase, ...]:
    """Phrases from spans of talk (s), in any order: short gaps are bridged, what is too short left out."""
    joined: list[Phrase] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1].end_s < BRIDGE_S:
            joined[-1] = Phrase(joined[-1].start_s, max(joined[-1].end_s, end))
        elif end > start:
            joined.append(Phrase(start, end))
    return tuple(p for p in joined if p.end_s - p.start_s >= SHORTEST_PHRASE_S)


def runs(flags: np.typing.NDArray[np.bool_], rate: float, first: int = 0) -> list[tuple[float, float]]:
    """Start and end in seconds of every run of true values at `rate` Hz, the first of which has this number."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    pairs = zip((first + edges[::2]) / rate, (first + edges[1::2]) / rate, strict=True)
    return [(float(a), float(b)) for a, b in pairs]


def _scaled(track: Track, middle: float, reach: float) -> Track:
    """The track about `middle`, `reach` scaled to 1, clipped to −1..1; 0 where the middle is unknown."""
    if np.isnan(middle):
        return np.zeros(len(track))
    return np.asarray(np.clip((track - middle) / reach, -1.0, 1.0))


def _melody(pitch_hz: Track, middle: float) -> Track:
    """Pitch about `middle` (semitones); the contour runs straight across unvoiced stretches."""
    voiced = pitch_hz > 0
    if not voiced.any():
        return np.zeros(len(pitch_hz))
    semitones = 12 * np.log2(pitch_hz[voiced])
    bridged = np.interp(np.arange(len(pitch_hz)), np.flatnonzero(voiced), semitones)
    return _scaled(bridged, middle, MELODY_RANGE_ST)


def _envelope(loudness_db: Track, loud_db: float) -> Track:
    """Loudness between 24 dB below the loud moments of the talk (0) and those moments (1)."""
    if np.isnan(loud_db):
        return np.zeros(len(loudness_db))
    return np.clip(1 + (loudness_db - loud_db) / (2 * LOUDNESS_RANGE_DB), 0.0, 1.0)


def _accents(ticks: Track, emphasis: Track, melody: Track, talking: Track) -> tuple[Accent, ...]:
    """Peaks of loudness and pitch together, at most one every ACCENT_GAP_S."""
    prominence = 0.5 * emphasis + 0.8 * melody * talking
    peaks, found = find_peaks(
        prominence, height=0.1, prominence=ACCENT_PROMINENCE, distance=int(ACCENT_GAP_S * TICK_RATE)
    )
    strengths = np.clip(found["prominences"] * 1.2, 0.3, 1.5)
    return tuple(Accent(float(ticks[p]), float(s)) for p, s in zip(peaks, strengths, strict=True))
