"""Voice: from a typed text to speech whose every phone has a known time."""

from generation.voice.speaking import VOICES, Spoken, speak

__all__ = ["VOICES", "Spoken", "speak"]
