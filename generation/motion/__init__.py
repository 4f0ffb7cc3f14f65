"""What the face does: mouth, lids, eyes, brows, head and chest for every frame of a video (docs/motion.md)."""

from generation.motion.planner import plan
from generation.motion.timeline import changed_windows

__all__ = ["changed_windows", "plan"]
