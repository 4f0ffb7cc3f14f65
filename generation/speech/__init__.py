"""Speech: from any recording to phones, words, pitch and loudness."""

from generation.speech.hearing import listen

__all__ = ["listen"]
