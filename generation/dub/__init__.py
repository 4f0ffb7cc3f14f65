"""A film of one steady face and a new recording → the same film, whose lips say the recording."""

from generation.dub.examination import FilmExamination, examine
from generation.dub.performance import Dubbing, perform

__all__ = ["Dubbing", "FilmExamination", "examine", "perform"]
