"""Is the person in this picture present in this film? Only numbers; what they mean is for others to say."""

from .events import Event
from .measure import Presence, measure

__all__ = ["Event", "Presence", "measure"]
