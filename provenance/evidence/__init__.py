"""A signed package of all that a site knows about one video, which anyone can check without the site."""

from .check import Checked, check
from .package import Evidence, write

__all__ = ["Checked", "Evidence", "check", "write"]
