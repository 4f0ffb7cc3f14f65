"""Where one phone becomes the next: the change in the sound between the two moments at which they were heard.

A recogniser's spike says that a phone is there, not where it begins: s and k are heard at their end, vowels at
their beginning. Half-way between two spikes is a fair guess; the moment at which the spectrum splits best into two
steady parts (least squares, as in Svendsen & Soong 1987) is another, and their mean is nearer than either.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generation.speech import spans, visemes
from generation.types import SAMPLE_RATE, FloatArray, Phone

HOP = 80  # samples, 5 ms
WINDOW = 256  # samples, 16 ms
BANDS = 20  # on the mel scale up to 8 kHz
FLOOR = 1e-5  # of the mean energy; below lies noise that must not decide
REACH_S = 0.25  # before a phone's moment, in which its beginning is looked for
FLAT = 0.05  # variance of the bands' logarithms, summed; even a held vowel has 0.5: below, nothing changes
LEAST_FRAMES = 6  # 30 ms; in less there is nothing to split
LONG_S, CHANGE_SHARE, CHANGE_SHARE_LONG = 0.2, 0.5, 0.75  # weight of the change; more across a long gap, a pause
# A vowel is heard late after a consonant: its first periods still belong to the release. Seen alike in both
# halves of the recordings of docs/speech.md.
VOWEL_LATE_S = 0.010


def placed(phones: Sequence[str], moments: npt.NDArray[np.float64], samples: FloatArray) -> tuple[Phone, ...]:
    """Phones (IPA) with their spans, from the moments (n,) in seconds at which they were heard in samples (m,)."""
    found = spans.stretch(phones, moments)
    level = float(np.dot(samples, samples)) / max(len(samples), 1)
    starts = np.array([phone.start_s for phone in found])
    for k in range(1, len(found)):
        before, here = moments[k - 1], moments[k]
        change = _change(samples, max(before, here - REACH_S), here, level)
        share = CHANGE_SHARE_LONG if here - before > LONG_S else CHANGE_SHARE
        if change is not None:
            starts[k] += share * (change - starts[k])
        if visemes.is_vowel(phones[k]) and not visemes.is_vowel(phones[k - 1]):
            starts[k] = max(starts[k] - VOWEL_LATE_S, min(before, starts[k]))
    starts = np.maximum.accumulate(starts)
    ends = np.minimum(moments + spans.REACH_AFTER_S, np.append(starts[1:], np.inf))
    ends[-1] = found[-1].end_s
    return tuple(
        Phone(ipa, float(start), float(max(start, end)))
        for ipa, start, end in zip(phones, starts, ends, strict=True)
    )


def _change(samples: FloatArray, start_s: float, end_s: float, level: float) -> float | None:
    """The moment between two others that parts the sound best into two steady halves; None when too close."""
    first, last = round(max(start_s, 0.0) * SAMPLE_RATE / HOP), round(end_s * SAMPLE_RATE / HOP)
    cut = samples[max(0, first * HOP - WINDOW // 2) : last * HOP + WINDOW // 2]
    cut = np.pad(cut, (max(0, WINDOW // 2 - first * HOP), 0))
    if len(cut) < WINDOW + LEAST_FRAMES * HOP:
        return None
    spectra = bands(cut, level)
    count, total = len(spectra), np.cumsum(spectra, axis=0)
    split = np.arange(2, count - 1)  # frames in the first half
    left, right = total[split - 1], total[-1] - total[split - 1]
    if float(spectra.var(axis=0).sum()) < FLAT:
        return None
    kept = (left**2).sum(axis=1) / split + (right**2).sum(axis=1) / (
        count - split
    )  # least squares: greatest is best
    return float((first + split[kept.argmax()] - 0.5) * HOP / SAMPLE_RATE)


def bands(samples: FloatArray, level: float | None = None) -> npt.NDArray[np.float64]:
    """(n,) samples at 16 kHz → (k, BANDS) logarithm (10) of the energy on the mel scale, one row every HOP.

    Relative to `level`, a mean square; that of the samples themselves when None.
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW))) ** 2  # (k, bins)
    energy = power @ _BANK.T / (WINDOW * WINDOW / 4)  # (k, BANDS)
    reference = level if level is not None else float(np.dot(samples, samples)) / len(samples)
    return np.asarray(np.log10(energy / max(reference, 1e-12) + FLOOR))


def _filters() -> npt.NDArray[np.float64]:
    """(BANDS, WINDOW // 2 + 1) triangles that are evenly spaced on the mel scale (O'Shaughnessy 1987)."""
    hz = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    mel = np.linspace(0.0, 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700), BANDS + 2)
    edge = 700 * (10 ** (mel / 2595) - 1)
    low, peak, high = edge[:-2, None], edge[1:-1, None], edge[2:, None]
    return np.maximum(0.0, np.minimum((hz - low) / (peak - low), (high - hz) / (high - peak)))


_BANK = _filters()
