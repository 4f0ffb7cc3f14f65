"""What the voice alone suggests about a mood: quick, high and loud is lively, slow, low and quiet is subdued.

Energy, pitch and rate tell how aroused a speaker is, and hardly whether the cause is glad or grim (Scherer 2003, as
recalled). So AUTO stays mild: it never goes beyond MOST of a mood's face, changes over a second or two, and where
the voice leaves the kind of feeling open it takes the friendlier reading. It hears how something is said, not what.
"""

from __future__ import annotations

import numpy as np

from generation.motion.clock import TICK_RATE, Track, smooth
from generation.motion.prosody import Prosody

MOST = 0.55  # of a mood's face, at weight and expressiveness 1
SETTLE_S = 0.55  # Gaussian: an expression takes a second or two to come and go
# About the whole recording, ours, tuned on a dozen voices: where speech is neither lively nor subdued, and how much
# more is clearly so.
USUAL_RATE, RATE_REACH = 4.3, 2.0  # syllables a second of talk
USUAL_RANGE, RANGE_REACH = 0.46, 0.22  # standard deviation of melody, of its −1..1
RATE_WINDOW_S = 0.9  # Gaussian over syllables
WARMTH = 0.30  # of MOST: a talking face is a little friendlier than a silent one
SUBDUED_FROM = 0.35  # of the arousal: a lull is not yet sadness
HIGH_FROM = 0.3  # of melody: above, brows go up with the voice
LINGER_S = 0.9  # Gaussian over talk: a mood outlasts a short pause


def affect(prosody: Prosody) -> dict[str, Track]:
    """Mood → (n,) 0..MOST what the voice suggests on every tick; the moods together stay within MOST too."""
    arousal = np.tanh(_arousal(prosody))
    tense = smooth(np.clip(prosody.emphasis - prosody.melody - 0.35, 0.0, 1.0), SETTLE_S)  # loud, yet low
    high = smooth(np.clip(prosody.melody - HIGH_FROM, 0.0, 1.0), SETTLE_S / 2)
    pull = {
        "happy": WARMTH + 0.8 * np.maximum(arousal, 0.0),
        "surprised": 1.1 * high,
        "angry": 0.9 * tense,
        "sad": 0.9 * np.maximum(-arousal - SUBDUED_FROM, 0.0),
    }
    pull["happy"] = pull["happy"] * (1 - np.clip(2 * tense, 0.0, 1.0)) * (1 - np.clip(-2 * arousal, 0.0, 1.0))
    present = smooth(prosody.talking, LINGER_S)
    whole = np.sum(list(pull.values()), axis=0)
    share = MOST * present * np.tanh(whole) / np.maximum(whole, 1e-6)
    return {mood: smooth(track * share, SETTLE_S) for mood, track in pull.items()}


def _arousal(prosody: Prosody) -> Track:
    """(n,) about 0 for this speaker's usual talk in a usual manner; 1 is clearly lively, −1 clearly subdued."""
    talk = prosody.talking > 0.5
    if not talk.any():
        return np.zeros(len(prosody.talking))
    syllables = np.zeros(len(prosody.talking))
    for at in prosody.syllables:
        if at >= prosody.first_s:
            syllables[min(int((at - prosody.first_s) * TICK_RATE), len(syllables) - 1)] += TICK_RATE
    rate = smooth(syllables, RATE_WINDOW_S) / np.maximum(smooth(prosody.talking, RATE_WINDOW_S), 0.2)
    usual = float(np.median(rate[talk]))
    manner = (float(prosody.melody[talk].std()) - USUAL_RANGE) / RANGE_REACH
    if prosody.syllables:
        manner = 0.6 * manner + 0.4 * (usual - USUAL_RATE) / RATE_REACH
    now = 0.9 * prosody.emphasis + 0.9 * prosody.melody + 0.5 * (rate - usual) / RATE_REACH * (usual > 0)
    now = now - float(now[talk].mean())  # the ends of phrases, low and quiet, must not make every speaker sad
    return 0.5 * float(np.clip(manner, -1.2, 1.2)) + 1.6 * smooth(now * prosody.talking, SETTLE_S)
