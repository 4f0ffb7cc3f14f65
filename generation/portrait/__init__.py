"""A stranger's picture → a face, its square, its matte and the background behind it."""

from generation.portrait.analysis import Sitting, analyse, analyse_shot
from generation.portrait.examination import PortraitExamination, examine
from generation.portrait.refusals import SeveralFaces

__all__ = ["PortraitExamination", "SeveralFaces", "Sitting", "analyse", "analyse_shot", "examine"]
