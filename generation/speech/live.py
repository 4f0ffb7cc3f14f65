"""Listening while somebody speaks: what is known after every beat of sound, from that sound alone.

Nothing waits for what comes later than a beat, so that a frame planned LOOK_AHEAD_S behind the voice has all it can
have. hama hears a window that slides along; what it answers near the window's end is not believed until its right
context is there. No text is asked for: Whisper needs whole sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.speech import phones, prosody, spans
from generation.speech.activity import VOICED, WINDOW, VoiceDetector
from generation.speech.visemes import is_vowel
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray, Phone

BEAT_S = 0.08  # four of hama's frames
LOOK_AHEAD_S = 0.20  # no frame knows sound that is later than that after its beginning
BEAT = round(BEAT_S * SAMPLE_RATE)
HEARD_AT_ONCE_S = 1.0  # by hama; 2 s cost twice the CPU and gain two errors in a hundred (measured)
RIGHT_CONTEXT_S = 0.06  # hama's answer wants so much sound after it; 0.02 s less, three errors in a hundred more
REPEAT_S = 0.06  # the same phone so soon again is one, heard at the seam of two windows
KEPT_S = 15.0  # of the tracks, by which what is loud and high for this voice is judged
KEPT_PHONES_S = 5.0
ASKED_AFTER_S = 0.5  # of silence hama is left alone
ONSET_FRAMES = 12  # of hama, that stay open in a silence: the voice detector notices a voice a little late
NEUTRAL = "ə"
FAINT_VOICE = 0.2  # probability of speech that is worth asking hama about
PITCH_RATE = 62.5  # Hz, swift-f0's frames


@dataclass(frozen=True)
class Heard:
    """What is known when the sound has come to `known_s`. Tracks run at FEATURE_RATE from the frame `first` on."""

    known_s: float
    first: int
    phones: tuple[Phone, ...]  # of the last seconds, the last of them still going on perhaps
    activity: FloatArray  # (t,) up to known_s; what is not known yet repeats what is
    loudness_db: FloatArray
    pitch_hz: FloatArray


class Listener:
    """Hears one voice. `push` what the microphone brings, in pieces of any length; `finish` when it ends."""

    def __init__(self) -> None:
        self.known = 0  # samples heard
        self._waiting = np.zeros(0, np.float32)
        self._sound = np.zeros(0, np.float32)  # the last second and a bit
        self._voice = VoiceDetector()
        self._pitch = prosody.pitch_stream()
        self._probabilities = _Rolling(SAMPLE_RATE / WINDOW)
        self._pitches = _Rolling(PITCH_RATE)
        self._levels = _Rolling(FEATURE_RATE)
        self._spikes: list[tuple[float, str]] = []
        self._believed = 0  # hama's frames that are settled
        self._voiced_at = -ASKED_AFTER_S  # when a voice was last heard, s

    def push(self, samples: FloatArray) -> Iterator[Heard]:
        """(n,) further samples, mono, 16 kHz → what is known after each beat that they complete."""
        self._waiting = np.concatenate([self._waiting, samples.astype(np.float32, copy=False)])
        while len(self._waiting) >= BEAT:
            beat, self._waiting = self._waiting[:BEAT], self._waiting[BEAT:]
            yield self._beat(beat)

    def finish(self) -> Iterator[Heard]:
        """Silence after the end, until every frame of the sound has its look-ahead."""
        yield from self.push(np.zeros(round(LOOK_AHEAD_S * SAMPLE_RATE) + BEAT, np.float32))

    def _beat(self, beat: FloatArray) -> Heard:
        self.known += BEAT
        self._sound = np.concatenate([self._sound, beat])[-round(HEARD_AT_ONCE_S * SAMPLE_RATE) :]
        probabilities = self._voice.push(beat)
        self._probabilities.add(probabilities)
        self._pitches.add(prosody.voiced(self._pitch.push(beat, SAMPLE_RATE)))
        self._measure()
        known_s = self.known / SAMPLE_RATE
        if len(probabilities) and probabilities.max() >= FAINT_VOICE:
            self._voiced_at = known_s
        self._hear(known_s)
        return self._told(known_s)

    def _measure(self) -> None:
        """Add the levels whose whole window has been heard."""
        done = self._levels.end
        ready = (self.known - prosody.LOUDNESS_WINDOW // 2 - prosody.HOP // 2) // prosody.HOP + 1
        lead = min(done, 3)  # frames before the first new one, so that no window is cut short
        start = (done - lead) * prosody.HOP - (self.known - len(self._sound))
        self._levels.add(prosody.loudness_db(self._sound[start:])[lead : lead + ready - done])

    def _hear(self, known_s: float) -> None:
        """Let hama hear the last second and believe what has its right context."""
        first = round((self.known - len(self._sound)) / SAMPLE_RATE / phones.FRAME_S)
        until = round((known_s - RIGHT_CONTEXT_S) / phones.FRAME_S)
        if known_s - self._voiced_at >= ASKED_AFTER_S:
            until -= ONSET_FRAMES
        else:
            for frame, ipa in phones.posteriors(self._sound).spikes:
                at_s = max(0.0, phones.time_of(first + frame))
                if self._believed <= first + frame < until and not self._repeats(at_s, ipa):
                    self._spikes.append((at_s, ipa))
        self._believed = max(self._believed, until)
        self._spikes = [one for one in self._spikes if one[0] > known_s - KEPT_PHONES_S]

    def _repeats(self, at_s: float, ipa: str) -> bool:
        return bool(self._spikes) and self._spikes[-1][1] == ipa and at_s - self._spikes[-1][0] <= REPEAT_S

    def _told(self, known_s: float) -> Heard:
        last = round(known_s * FEATURE_RATE)
        first = max(0, last - round(KEPT_S * FEATURE_RATE))
        when = (np.arange(first, last) + 0.5) / FEATURE_RATE
        activity, pitch = self._probabilities.at(when), self._pitches.at(when)
        return Heard(
            known_s=known_s,
            first=first,
            phones=self._phones(known_s, first, activity, pitch),
            activity=activity,
            loudness_db=self._levels.at(when),
            pitch_hz=pitch,
        )

    def _phones(self, known_s: float, first: int, activity: FloatArray, pitch: FloatArray) -> tuple[Phone, ...]:
        """The believed phones with their times, and while the voice goes on what it may say now.

        That is the vowel heard last, or after a consonant the most neutral one: silence would shut the mouth.
        """
        origin_s = first / FEATURE_RATE
        found = spans.stretch([ipa for _, ipa in self._spikes], [at - origin_s for at, _ in self._spikes])
        held = [
            Phone(p.ipa, p.start_s + origin_s, p.end_s + origin_s)
            for p in spans.hold(spans.disjoint(found, known_s - origin_s), pitch, known_s - origin_s)
        ]
        if held and activity[-1] >= VOICED:
            last, until_s = held[-1], known_s + LOOK_AHEAD_S
            if is_vowel(last.ipa):
                held[-1] = Phone(last.ipa, last.start_s, until_s)
            else:
                held.append(Phone(NEUTRAL, last.end_s, until_s))
        return tuple(held)


class _Rolling:
    """The last KEPT_S of a track of `rate` Hz."""

    def __init__(self, rate: float) -> None:
        self._rate, self._first, self._values = rate, 0, np.zeros(0, np.float32)

    @property
    def end(self) -> int:
        """How many values there have been."""
        return self._first + len(self._values)

    def add(self, values: FloatArray) -> None:
        """Put further values at the end."""
        self._values = np.concatenate([self._values, values])
        surplus = max(0, len(self._values) - round(2 * KEPT_S * self._rate))
        self._first, self._values = self._first + surplus, self._values[surplus:]

    def at(self, when: npt.NDArray[np.float64]) -> FloatArray:
        """(t,) the values that hold at these moments (s); the last one beyond the end."""
        if not len(self._values):
            return np.full(len(when), prosody.FLOOR_DB if self._rate == FEATURE_RATE else 0.0, np.float32)
        index = np.clip((when * self._rate).astype(np.int64) - self._first, 0, len(self._values) - 1)
        return self._values[index]
