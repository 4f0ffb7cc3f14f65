"""Is the person in this picture present in this film? Only numbers; what they mean is for others to say."""

from .events import Event
from .face import KnownFace, face_of
from .measure import Presence, measure

__all__ = ["Event", "KnownFace", "Presence", "face_of", "measure"]
