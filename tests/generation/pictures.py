"""Pictures and recordings for tests: the samples, and tiny ones made on the spot."""

from __future__ import annotations

import io
import wave
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from generation.types import Frame

SAMPLES = Path(__file__).parents[2] / "samples"


@cache
def sample(name: str, side: int | None = None) -> Frame:
    """A sample portrait's pixels, reduced to `side` px where given. Do not write into it."""
    image = Image.open(SAMPLES / f"portrait_{name}.png").convert("RGB")
    pixels = np.asarray(image if side is None else image.resize((side, side), Image.Resampling.LANCZOS)).copy()
    pixels.setflags(write=False)
    return pixels


def encoded(pixels: np.ndarray | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a picture file."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def on_canvas(*placed: tuple[Frame, int, int], width: int, height: int) -> Frame:
    """Pictures at (left, top) on a plain grey-green ground."""
    canvas = np.full((height, width, 3), (120, 130, 120), np.uint8)
    for picture, left, top in placed:
        canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return canvas


def tone(place: Path, seconds: float, rate: int = 16_000) -> Path:
    """A mono WAV file with a quiet tone."""
    time = np.arange(round(seconds * rate)) / rate
    samples = (np.sin(2 * np.pi * 220 * time) * 8000).astype("<i2")
    with wave.open(str(place), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return place


def spoken(place: Path, seconds: float) -> Path:
    """The beginning of sample recording b."""
    with wave.open(str(SAMPLES / "portrait_b.wav"), "rb") as source, wave.open(str(place), "wb") as file:
        file.setparams(source.getparams())
        file.writeframes(source.readframes(round(seconds * source.getframerate())))
    return place
