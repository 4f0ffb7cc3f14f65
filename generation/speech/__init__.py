"""Speech: from any recording to phones, words, pitch and loudness."""

from generation.speech.account import account, advice
from generation.speech.examination import RecordingExamination, examine
from generation.speech.hearing import listen
from generation.speech.once import listen_once

__all__ = ["RecordingExamination", "account", "advice", "examine", "listen", "listen_once"]
