"""When two recordings are taken for one voice; needs no database."""

from array import array

SAME_VOICE = 0.80  # cosine of generation.speech.speaker's vectors; scripts/voice_rates.py, docs/voice.md


def cosine(one: bytes, other: bytes) -> float:
    """Of two vectors of 32-bit numbers, both of unit length."""
    return sum(a * b for a, b in zip(array("f", one), array("f", other), strict=True))
