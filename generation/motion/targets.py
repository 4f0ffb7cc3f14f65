"""Where each viseme class wants the mouth to be, and how strongly it insists.

The values began as the ones of our motion study and were then tuned on rendered faces: a jaw of 0.3 already
shows an open "ah" and 0.6 a cry (ground truth of the synthetic heads), so the open vowel of ordinary speech
asks for just under 0.5 and, sharing its time with its neighbours, reaches 0.3 to 0.45.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.speech.visemes import CLASSES, INDEX

# What the mouth does, each 0..1; `mouth.py` turns them into ARKit channels.
ARTICULATORS = ("jaw", "closed", "on_teeth", "pucker", "funnel", "spread", "upper", "lower", "tongue")
COLUMN = {name: number for number, name in enumerate(ARTICULATORS)}

# fmt: off
#        jaw  closed teeth pucker funnel spread upper lower tongue
_TARGETS = {
    "SIL": (.00,  .00,  .00,  .00,  .00,  .00,  .00,  .00,  .00),
    "PP":  (.04, 1.00,  .00,  .06,  .00,  .00,  .00,  .00,  .00),
    "FF":  (.06,  .00, 1.00,  .00,  .00,  .06,  .14,  .00,  .00),
    "TH":  (.07,  .00,  .00,  .00,  .00,  .08,  .04,  .12, 1.00),
    "DD":  (.06,  .00,  .00,  .00,  .00,  .08,  .03,  .07,  .80),
    "SS":  (.03,  .00,  .00,  .00,  .00,  .45,  .14,  .28,  .30),
    "CH":  (.06,  .00,  .00,  .34,  .66,  .00,  .12,  .18,  .20),
    "KK":  (.10,  .00,  .00,  .00,  .00,  .00,  .02,  .04,  .05),
    "RR":  (.11,  .00,  .00,  .42,  .30,  .00,  .04,  .08,  .20),
    "AA":  (.47,  .00,  .00,  .00,  .00,  .10,  .06,  .14,  .00),
    "AH":  (.23,  .00,  .00,  .00,  .00,  .02,  .02,  .08,  .00),
    "EH":  (.28,  .00,  .00,  .00,  .00,  .48,  .08,  .14,  .00),
    "IY":  (.10,  .00,  .00,  .00,  .00,  .95,  .12,  .18,  .15),
    "OH":  (.22,  .00,  .00,  .62,  .48,  .00,  .00,  .03,  .00),
    "UW":  (.05,  .00,  .00, 1.00,  .06,  .00,  .00,  .00,  .00),
}
# fmt: on
TARGETS: npt.NDArray[np.float64] = np.array([_TARGETS[name] for name in CLASSES])  # (15, 9)

# Cohen & Massaro (1993) dominance: a consonant that does not care about an articulator leaves it to the vowels.
_CONSONANT, _VOWEL, _SILENCE = 0.35, 1.0, 0.5
_INSISTENCE = {
    ("AA", "jaw"): 1.3,
    ("OH", "jaw"): 1.2,
    ("PP", "jaw"): 1.6,
    ("FF", "jaw"): 1.6,
    ("SS", "jaw"): 2.0,
    ("CH", "jaw"): 1.8,
    ("DD", "jaw"): 0.6,
    ("KK", "jaw"): 0.35,
    ("PP", "upper"): 1.5,
    ("PP", "lower"): 1.5,
    ("FF", "lower"): 2.0,
    ("SS", "lower"): 0.8,
    ("TH", "tongue"): 3.0,
    ("DD", "tongue"): 2.0,
    ("RR", "pucker"): 0.9,
    **{("UW", p): 2.0 for p in ("jaw", "upper", "lower", "spread")},
    # Rounding spreads over the consonants around it (Lubker & Gay 1982).
    **{(v, p): 2.0 for v in ("UW", "OH", "CH") for p in ("pucker", "funnel")},
    **{(c, p): 0.15 for c in ("PP", "FF", "DD", "SS", "KK", "TH") for p in ("pucker", "funnel")},
    ("PP", "spread"): 0.15,
}


def _dominance() -> npt.NDArray[np.float64]:
    table = np.full(TARGETS.shape, _CONSONANT)
    table[INDEX["SIL"]] = _SILENCE
    for vowel in ("AA", "AH", "EH", "IY", "OH", "UW"):
        table[INDEX[vowel]] = _VOWEL
    for (viseme, articulator), strength in _INSISTENCE.items():
        table[INDEX[viseme], COLUMN[articulator]] = strength
    return table


DOMINANCE = _dominance()  # (15, 9)

# How far ahead of its phone an articulator begins to move and how long it lingers, in seconds (time constants).
# Lips round early, the tongue tip and the closing lips are quick.
#                        jaw  closed teeth pucker funnel spread upper lower tongue
ANTICIPATION_S = np.array([0.055, 0.022, 0.025, 0.075, 0.070, 0.065, 0.050, 0.050, 0.030])
CARRY_OVER_S = np.array([0.065, 0.022, 0.028, 0.070, 0.065, 0.070, 0.060, 0.060, 0.040])
