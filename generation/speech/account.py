"""What to tell about how a recording was heard: the way taken, its numbers, and what did not fit."""

from __future__ import annotations

from generation.speech.reading import MIN_AGREEMENT
from generation.types import Advice, Speech


def account(speech: Speech) -> dict[str, object]:
    """For the report of a render; holds no word of what was said."""
    return {
        "method": speech.method,
        "language": speech.language,
        "synthetic_voice": speech.synthetic_voice,
        "evidence": {name: round(value, 3) for name, value in speech.evidence.items()},
        "advice": [{"code": one.code, "message": one.message} for one in advice(speech)],
    }


def advice(speech: Speech) -> tuple[Advice, ...]:
    """What somebody who gave a text should know."""
    if speech.evidence.get("given_text", 1.0) < MIN_AGREEMENT:
        instead = {"transcript": "what was heard was used instead", "phones": "single sounds were followed instead"}
        why = instead.get(speech.method, "the mouth follows the loudness instead")
        return (Advice("wrong_transcript", f"The text you gave is not what is said in this recording; {why}."),)
    if speech.evidence.get("given_times", 1.0) < 1.0:
        why = "their words were placed where they are heard"
        return (Advice("wrong_times", f"The times of some of your captions do not fit this recording; {why}."),)
    return ()
