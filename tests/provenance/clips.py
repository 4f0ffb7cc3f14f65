"""Small moving portraits made in the test, and what strangers do to videos."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np
from PIL import Image
from skimage import data

from provenance.watermark import Frame, Marker

CODE = 0x5AC391E742
KEY = bytes(range(32))
SIDE, FPS, FRAMES = 512, 25.0, 75
SAMPLES = Path(__file__).parents[2] / "samples"


def sway(name: str = "astronaut", count: int = FRAMES, width: int = SIDE, height: int = SIDE) -> Iterator[Frame]:
    """A picture whose middle sways and breathes like a head before a still background, with a little noise.

    Its `name` is a sample's, or that of one of skimage's photographs.
    """
    sample = SAMPLES / f"{name}.png"
    photograph = np.asarray(Image.open(sample).convert("RGB")) if sample.is_file() else getattr(data, name)()
    rng = np.random.default_rng(11)
    middle = np.array([photograph.shape[1], photograph.shape[0]]) / 2
    fit = max(width / photograph.shape[1], height / photograph.shape[0]) * 1.15
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    head = np.clip(3 - 4 * np.hypot(x / 0.8, y), 0, 1)[..., None]  # 1 in the head, 0 in the background

    def view(angle: float, scale: float, drift: np.ndarray) -> np.ndarray:
        turn = fit * scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        affine = np.column_stack([turn, np.array([width, height]) / 2 + drift - turn @ middle])
        seen: np.ndarray = cv2.warpAffine(photograph, affine, (width, height), borderMode=cv2.BORDER_REFLECT)
        return seen

    background = view(0.0, 1.0, np.zeros(2))
    for index in range(count):
        drift = 8 * np.array([np.sin(index / 9), np.cos(index / 13)])
        moved = view(np.radians(3 * np.sin(index / 11)), 1 + 0.02 * np.sin(index / 7), drift)
        frame = background * (1 - head) + moved * head
        yield np.clip(frame + rng.normal(0, 0.5, frame.shape), 0, 255).astype(np.uint8)


def marked(frames: Iterable[Frame], code: int = CODE, key: bytes = KEY) -> list[Frame]:
    """The frames with both marks."""
    frames = list(frames)
    height, width = frames[0].shape[:2]
    return list(Marker(code, key, width, height, FPS).mark(frames))


def encode(frames: Iterable[Frame], out: Path, crf: int = 18) -> Path:
    """Write an MP4 as a site would deliver it."""
    frames = list(frames)
    height, width = frames[0].shape[:2]
    command = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(FPS), "-i", "-"]
    _ffmpeg(*command, *_h264(crf), str(out), given=b"".join(frame.tobytes() for frame in frames))
    return out


def again(source: Path, out: Path, *, crf: int, change: str = "null") -> Path:
    """Encode once more, with an ffmpeg filter in between."""
    _ffmpeg("-i", str(source), "-vf", change, *_h264(crf), str(out))
    return out


def without_manifest(source: Path, out: Path) -> Path:
    """The same streams in a new container."""
    _ffmpeg("-i", str(source), "-c", "copy", str(out))
    return out


def joined(parts: Iterable[Path], out: Path) -> Path:
    """One video after the other."""
    parts = list(parts)
    inputs = [argument for part in parts for argument in ("-i", str(part))]
    _ffmpeg(*inputs, "-filter_complex", f"concat=n={len(parts)}:v=1", *_h264(20), str(out))
    return out


def sound(out: Path) -> Path:
    """Half a second of a tone."""
    _ffmpeg("-f", "lavfi", "-i", "sine=d=0.5", str(out))
    return out


def still(source: Path, out: Path) -> Path:
    """The first frame as a picture."""
    _ffmpeg("-i", str(source), "-frames:v", "1", str(out))
    return out


def psnr(before: Iterable[Frame], after: Iterable[Frame]) -> float:
    """Mean over the frames, dB."""
    errors = [np.mean((a.astype(np.float32) - b) ** 2) for a, b in zip(before, after, strict=True)]
    return float(np.mean(10 * np.log10(255**2 / np.array(errors))))


def _h264(crf: int) -> list[str]:
    return ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-pix_fmt", "yuv420p", "-threads", "1"]


def _ffmpeg(*arguments: str, given: bytes | None = None) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments]
    subprocess.run(command, input=given, check=True, capture_output=True)
