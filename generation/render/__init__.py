"""A rig and a motion → frames."""

from generation.render.renderer import Renderer

__all__ = ["Renderer"]
