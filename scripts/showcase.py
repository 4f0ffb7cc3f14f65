"""Makes the six short videos of docs/showcase.md, and a strip of frames of each, from samples/ alone.

.venv/bin/python scripts/showcase.py [NAME…]     (make showcase)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from showcase_song import RATE, song

from generation.evaluate.sheet import motion
from generation.portrait import analyse
from generation.portrait.rig import build
from generation.render import Renderer
from generation.types import Frame

ROOT = Path(__file__).parents[1]
SAMPLES, VIDEOS = ROOT / "samples", ROOT / "docs" / "videos"
USUAL, SMALL = ("--size", "352"), ("--size", "256")  # px; so every video stays below LIMIT
LIMIT = 400_000  # bytes
STRIP, TILE = 6, 200  # frames of a strip, px of each
PAPER = 244.0  # grey that a transparent video is laid on in its strip

Options = list[str | Path]


@dataclass(frozen=True)
class Clip:
    """One video: what it is called, and what `render` is told."""

    name: str
    options: Callable[[Path], Options]  # given a folder for what must be made first


def _cut(source: Path, seconds: float, folder: Path) -> Path:
    """The beginning of a recording."""
    target = folder / f"{source.stem}.wav"
    with wave.open(str(source)) as given, wave.open(str(target), "wb") as cut:
        cut.setparams(given.getparams())
        cut.writeframes(given.readframes(int(seconds * given.getframerate())))
    return target


def _speaks(folder: Path) -> Options:
    return ["--portrait", SAMPLES / "portrait_a.png", "--audio", _cut(SAMPLES / "portrait_b.wav", 5.0, folder)]


def _mood(folder: Path) -> Options:
    voice = _cut(SAMPLES / "portrait_a.wav", 3.75, folder)
    return ["--portrait", SAMPLES / "portrait_b.png", "--audio", voice, "--emotion", "happy:0.9"]


def _sings(folder: Path) -> Options:
    target = folder / "song.wav"
    with wave.open(str(target), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes((song() * 32767).astype("<i2").tobytes())
    return ["--portrait", SAMPLES / "portrait_b.png", "--audio", target, "--expressiveness", "1.3"]


def _three_quarter(folder: Path) -> Options:
    """A portrait that is turned itself: the first sample, painted at 17°."""
    portrait = analyse((SAMPLES / "portrait_a.png").read_bytes(), size=512)
    turned = Renderer(build(portrait)).draw(motion([{"yaw": 17.0}]), 0)
    picture = folder / "turned.png"
    cv2.imwrite(str(picture), turned[..., ::-1])
    timeline = folder / "timeline.json"
    keyframes = [{"at": 0, "gaze": [-10, 0]}, {"at": 2.2, "gaze": [-10, 0]}, {"at": 2.6, "gaze": [6, 2]}]
    timeline.write_text(json.dumps({"keyframes": keyframes}))
    voice = _cut(SAMPLES / "portrait_b.wav", 4.2, folder)
    return ["--portrait", picture, "--audio", voice, "--timeline", timeline]


def _full_frame(folder: Path) -> Options:
    """Two in one picture, of whom the right one speaks."""
    pair = [cv2.imread(str(SAMPLES / f"portrait_{name}.png")) for name in "ab"]
    picture = folder / "two.png"
    cv2.imwrite(
        str(picture), np.hstack([cv2.resize(one, (352, 352), interpolation=cv2.INTER_AREA) for one in pair])
    )
    voice = _cut(SAMPLES / "portrait_a.wav", 3.75, folder)
    return ["--portrait", picture, "--audio", voice, "--frame", "full", "--face", "2"]


def _script(folder: Path) -> Options:
    text = "Nobody said this. My voice was made from a text."
    voice: Options = ["--script", text, "--language", "en"]
    return ["--portrait", SAMPLES / "portrait_a.png", *voice, "--background", "none", *SMALL]


CLIPS = (
    Clip("speaks.mp4", _speaks),
    Clip("happy.mp4", _mood),
    Clip("sings.mp4", _sings),
    Clip("three-quarter.mp4", _three_quarter),
    Clip("two-people.mp4", _full_frame),
    Clip("script-transparent.webm", _script),
)


def _frames(video: Path) -> list[Frame]:
    """All frames; a transparent video's over paper."""
    with av.open(str(video)) as opened:
        if video.suffix != ".webm":
            return [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]
        seeing = av.CodecContext.create("libvpx-vp9", "r")
        packets = (packet for packet in opened.demux(video=0) if packet.size)
        layers = [frame.to_ndarray(format="rgba") for packet in packets for frame in seeing.decode(packet)]
    share = [layer[..., 3:] / np.float32(255) for layer in layers]
    over = [layer[..., :3] * alpha + PAPER * (1 - alpha) for layer, alpha in zip(layers, share, strict=True)]
    return [(picture + 0.5).astype(np.uint8) for picture in over]


def _make(clip: Clip) -> None:
    target = VIDEOS / clip.name
    with tempfile.TemporaryDirectory(prefix="sitter-showcase-") as folder:
        command = [sys.executable, "-m", "generation", "render", *USUAL, *clip.options(Path(folder))]
        subprocess.run([str(part) for part in [*command, "--out", target]], check=True, cwd=ROOT)
    if target.stat().st_size > LIMIT:
        sys.exit(f"{target} has {target.stat().st_size} bytes, more than {LIMIT}: make it smaller.")
    frames = _frames(target)
    places = np.linspace(0.06, 0.94, STRIP) * (len(frames) - 1)
    tall = round(TILE * frames[0].shape[0] / frames[0].shape[1])
    tiles = [cv2.resize(frames[round(place)], (TILE, tall), interpolation=cv2.INTER_AREA) for place in places]
    strip = np.hstack(tiles)[..., ::-1]
    cv2.imwrite(str(target.with_suffix(".jpg")), strip, [cv2.IMWRITE_JPEG_QUALITY, 86])
    print(f"{target.relative_to(ROOT)}: {len(frames)} frames, {target.stat().st_size // 1000} kB")


def main() -> None:
    """Make those that are named, or all."""
    VIDEOS.mkdir(exist_ok=True)
    wanted = set(sys.argv[1:])
    for clip in CLIPS:
        if not wanted or Path(clip.name).stem in wanted:
            _make(clip)


if __name__ == "__main__":
    main()
