"""Speech: from any recording to phones, words, pitch and loudness."""

from generation.speech.account import account, advice
from generation.speech.examination import RecordingExamination, examine
from generation.speech.hearing import listen

__all__ = ["RecordingExamination", "account", "advice", "examine", "listen"]
