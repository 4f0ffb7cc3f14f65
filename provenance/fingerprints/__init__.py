"""What a video looks and sounds like, in a few hundred bytes: for copies whose mark and manifest are gone.

A picture print tells the portrait, and says little about which of its videos this is. The sound tells
them apart.
"""

from .compare import Likeness, compare
from .index import Candidate, Index
from .library import Library, Match, nearest, write
from .prints import Prints, take

__all__ = ["Candidate", "Index", "Library", "Likeness", "Match", "Prints", "compare", "nearest", "take", "write"]
