"""Two invisible marks: a spread-spectrum pattern that names the job, and rivaGAN, which corroborates it."""

from .embed import Frame
from .marker import Marker

__all__ = ["Frame", "Marker"]
