"""Listening: the whole story from a recording to what was said, when, how loud and how high."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np

from generation.errors import InputRefused
from generation.speech import decode, phones, prosody, reading, spans, transcribe
from generation.speech.activity import activity, times, voice_share
from generation.speech.held import held
from generation.speech.laughter import laughs, without
from generation.speech.reading import Reading
from generation.speech.scene import Scene
from generation.speech.voices import LANGUAGES
from generation.speech.windows import windows
from generation.types import FloatArray, Phone, Progress, ProgressCallback, Script, Speech, silent

MIN_VOICE_SHARE = 0.10  # below this Whisper is not asked: it would invent a text
MIN_PHONE_SHARE = 0.30  # of the time; so much hama must hear to be believed against the voice detector
MIN_TEXT_SHARE = 0.5  # of the voice; a transcript that covers less does not name the method
THREADS = 2  # of Whisper; the other recognisers use one

Method = Literal["transcript", "phones", "energy", "script"]


def listen(
    recording: Path,
    *,
    transcript: str | None = None,
    language: str | None = None,
    script: Script | None = None,
    progress: ProgressCallback = silent,
    max_seconds: float = decode.MAX_SECONDS,
    threads: int = THREADS,
) -> Speech:
    """Hear a recording of up to `max_seconds`: any container and codec, speech or song, any language.

    A `transcript` given by the user replaces Whisper's where the sound bears it out. `language` is ISO 639-1.
    With the `script` that the recording was made from no recogniser is asked.
    `Speech.method` names the way that was taken and `Speech.evidence` the numbers behind it:

    - voice: share of the recording with a voice; phones: share that hama's phones fill
    - held: share with a held open vowel, which counts as a phone although no speech is detected
    - laughs: how many; their calls are open vowels among the phones
    - given_text: how far the given text and the sound agree; below reading.MIN_AGREEMENT it was not used
    - language, log_probability, word_probability, compression: Whisper's own, means over its windows
    - text: share of Whisper's phones that were heard; text_share: of the voice, how much that text covers

    Raises RecordingRefused, MissingOnMachine, InputRefused with code language_unknown, and whatever the progress
    callback raises.
    """
    if language is not None and language not in LANGUAGES:
        raise InputRefused(
            "language_unknown",
            "We don't know this language.",
            "Leave it out to have it recognised, or give its two-letter code, such as “de”.",
        )
    sound = decode.read(recording, max_seconds=max_seconds)
    if script:
        return _of_script(script, sound, progress)
    voice = activity(sound.samples)
    share = voice_share(voice)
    where = voice if share >= MIN_VOICE_SHARE else np.ones_like(voice)  # a song may hide from the voice detector
    pieces = windows(where, sound.duration_s, longest_s=transcribe.LONGEST_S)
    breaths = windows(where, sound.duration_s, longest_s=phones.LONGEST_S)
    step = _Steps(progress, total=len(breaths) + len(pieces) + 2)
    pitch, loudness = prosody.pitch_hz(sound.samples), prosody.loudness_db(sound.samples)
    step()
    scene = Scene(sound.samples, where, pieces, phones.hear(sound.samples, breaths, step), threads)
    shares = {"voice": share, "phones": _filled(scene.heard.spotted(), sound.duration_s)}
    method, found = _read(scene, shares, transcript, language, step)
    spoken = spans.hold(spans.disjoint(found.phones, sound.duration_s), pitch, sound.duration_s)
    laughed = laughs(sound.samples, pitch, loudness, spoken, found.words)
    spoken = spans.disjoint(_in_order((*without(spoken, laughed), *chain(*laughed))), sound.duration_s)
    long = held(sound.samples, pitch, loudness, spoken)
    step.finish()
    return Speech(
        samples=sound.samples,
        duration_s=sound.duration_s,
        phones=_in_order((*spoken, *long)),
        words=found.words,
        transcript=found.transcript,
        language=found.language,
        method=(method if method != "energy" else "phones") if spoken or long else "energy",
        evidence=shares | found.evidence | {"held": _filled(long, sound.duration_s), "laughs": float(len(laughed))},
        activity=np.maximum(voice, _sounding((*long, *chain(*laughed)), len(sound.samples))),
        loudness_db=loudness,
        pitch_hz=pitch,
        said=found.said,
        laughs=tuple((calls[0].start_s, calls[-1].end_s) for calls in laughed),
    )


def _of_script(script: Script, sound: decode.Sound, progress: ProgressCallback) -> Speech:
    """The speech of a synthetic voice: its times are known, its loudness and pitch are measured."""
    progress(Progress("speech", 0, 1))
    speech = Speech(
        samples=sound.samples,
        duration_s=sound.duration_s,
        phones=spans.disjoint(script.phones, sound.duration_s),
        words=script.words,
        transcript=script.text,
        said=script.text,
        language=script.language,
        method="script",
        evidence={"phones": _filled(script.phones, sound.duration_s)},
        activity=_sounding(script.phones, len(sound.samples)),
        loudness_db=prosody.loudness_db(sound.samples),
        pitch_hz=prosody.pitch_hz(sound.samples),
        synthetic_voice=True,
    )
    progress(Progress("speech", 1, 1))
    return speech


def _in_order(found: Sequence[Phone]) -> tuple[Phone, ...]:
    return tuple(sorted(found, key=lambda phone: phone.start_s))


def _sounding(found: Sequence[Phone], samples: int) -> FloatArray:
    """(t,) 1 where a phone sounds, 0 elsewhere."""
    when = times(samples)
    track = np.zeros(len(when), np.float32)
    for phone in found:
        track[(when >= phone.start_s) & (when < phone.end_s)] = 1.0
    return track


def _read(
    scene: Scene, shares: dict[str, float], transcript: str | None, language: str | None, step: Callable[[], None]
) -> tuple[Method, Reading]:
    """Take the best way that the numbers allow."""
    known = reading.of_known_text(transcript, language, scene) if transcript and transcript.strip() else Reading()
    if known.phones:
        return "transcript", known
    if shares["voice"] >= MIN_VOICE_SHARE:
        found = reading.of_whisper(language, scene, step)
        found = replace(found, evidence=known.evidence | found.evidence)
        return ("transcript" if found.evidence["text_share"] >= MIN_TEXT_SHARE else "phones"), found
    if shares["phones"] >= MIN_PHONE_SHARE:
        return "phones", replace(known, phones=scene.heard.spotted())
    return "energy", known


def _filled(found: Sequence[Phone], duration_s: float) -> float:
    """Share of the time that phones fill."""
    return sum(phone.end_s - phone.start_s for phone in found) / duration_s


class _Steps:
    """Reports one step after another to the progress callback."""

    def __init__(self, progress: ProgressCallback, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self) -> None:
        self._done = min(self._done + 1, self._total)
        self._progress(Progress("speech", self._done, self._total))

    def finish(self) -> None:
        """Report the last step, whatever was left out."""
        self._done = self._total - 1
        self()
