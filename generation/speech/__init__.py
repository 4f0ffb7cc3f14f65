"""Speech: from any recording to phones, words, pitch and loudness."""

from generation.speech.examination import Advice, RecordingExamination, examine
from generation.speech.hearing import listen

__all__ = ["Advice", "RecordingExamination", "examine", "listen"]
