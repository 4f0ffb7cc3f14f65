"""What strangers do to a video: the attacks that a mark has to survive, each by ffmpeg and deterministic.

An attack is one or more encodes in a row; the last one's file is what a finder would hold. Unless an attack is
about the codec, its copy is encoded at CRF 23, and resized ones at CRF 28, as sites do that serve many sizes.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from ..errors import FileRefused

ATTACK_S = 300.0  # seconds after which one encode is given up
ELSEWHERE = "testsrc2=s=1280x720:r=25,gblur=sigma=3"  # the foreign film around a picture in picture


@dataclass(frozen=True)
class Encode:
    """One re-encode: an ffmpeg filter graph over [0:v] and the encoder's options."""

    graph: str = "null"
    codec: tuple[str, ...] = ()
    suffix: str = ".mp4"


def h264(crf: int) -> tuple[str, ...]:
    """Options of an everyday H.264 encode."""
    return ("-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-pix_fmt", "yuv420p")


def _h264(graph: str, crf: int = 23) -> Encode:
    # Odd sizes, which 4:2:0 does not allow, lose a line.
    return Encode(f"{graph},crop=floor(iw/2)*2:floor(ih/2)*2:0:0", h264(crf))


def _rotated(degrees: int) -> Encode:
    return _h264(f"rotate={degrees}*PI/180:bilinear=1:fillcolor=black")


_VP9 = Encode(
    "null", ("-c:v", "libvpx-vp9", "-crf", "36", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "6"), ".webm"
)
_AV1 = Encode("format=yuv420p", ("-c:v", "libsvtav1", "-preset", "9", "-crf", "38", "-svtav1-params", "lp=1"))
_JPEG = Encode("null", ("-c:v", "mjpeg", "-q:v", "8", "-pix_fmt", "yuvj420p"), ".avi")

ATTACKS: dict[str, tuple[Encode, ...]] = {
    "CRF 18": (_h264("null", 18),),
    "CRF 23": (_h264("null", 23),),
    "CRF 28": (_h264("null", 28),),
    "CRF 32": (_h264("null", 32),),
    "CRF 36": (_h264("null", 36),),
    "VP9": (_VP9,),
    "AV1": (_AV1,),
    "25 to 30 fps": (_h264("fps=30"),),
    "25 to 15 fps": (_h264("fps=15"),),
    "256 px high": (_h264("scale=-2:256", 28),),
    "192 px high": (_h264("scale=-2:192", 28),),
    "720 px high": (_h264("scale=-2:720", 28),),
    "padded to 720p": (_h264("scale=-2:720,pad=max(1280\\,iw):720:(ow-iw)/2:0", 28),),
    "crop 10 %": (_h264("crop=iw*0.9:ih*0.9:iw*0.07:ih*0.02"),),
    "crop 25 %": (_h264("crop=iw*0.75:ih*0.75:iw*0.2:ih*0.06"),),
    "centre half": (_h264("crop=iw/2:ih/2"),),
    "rotate 5°": (_rotated(5),),
    "rotate -5°": (_rotated(-5),),
    "rotate 10°": (_rotated(10),),
    "rotate -10°": (_rotated(-10),),
    "aspect 1.1": (_h264("scale=iw*1.1:ih"),),
    "flip": (_h264("hflip"),),
    "brightness": (_h264("eq=brightness=0.1"),),
    "contrast": (_h264("eq=contrast=1.25"),),
    "gamma": (_h264("eq=gamma=1.35"),),
    "JPEG frames": (_JPEG, _h264("null")),
    "blur": (_h264("gblur=sigma=1.2"),),
    "noise": (_h264("noise=alls=12:allf=t:all_seed=7"),),
    "perspective": (
        _h264("perspective=x0=0.03*W:y0=0.02*H:x1=W:y1=0:x2=0:y2=H:x3=0.98*W:y3=0.97*H:interpolation=cubic"),
    ),
    "picture in picture": (_h264(f"scale=-2:300[small];{ELSEWHERE}[wide];[wide][small]overlay=880:60:shortest=1"),),
    "logo": (
        _h264("drawbox=iw*0.04:ih*0.05:iw*0.25:ih*0.12:white:fill,drawbox=0:ih*0.85:iw:ih*0.09:0x203060:fill"),
    ),
    "speed 1.05": (_h264("setpts=PTS/1.05,fps=25"),),
    "cut to 2 s": (_h264("trim=0.5:2.5,setpts=PTS-STARTPTS"),),
    "three generations": (_h264("null", 23), _h264("scale=-2:480", 26), _h264("null", 28)),
    "screen recording up": (
        _h264("scale=-2:720,eq=gamma=1.15,gblur=sigma=0.8,noise=alls=5:allf=t:all_seed=7", 26),
    ),
    "screen recording down": (
        _h264("scale=-2:400,eq=gamma=0.9,gblur=sigma=0.6,noise=alls=4:allf=t:all_seed=8,fps=30", 26),
    ),
}


def attack(source: Path, name: str, folder: Path) -> Path:
    """Make the attacked copy of `source` in `folder`. FileRefused when ffmpeg cannot."""
    for number, encode in enumerate(ATTACKS[name]):
        source = run(source, encode, folder / f"{source.stem}-{number}{encode.suffix}")
    return source


def run(source: Path, encode: Encode, out: Path, *, start_s: float = 0.0, length_s: float | None = None) -> Path:
    """Encode `source`, or a stretch of it, once more, picture only."""
    graph = f"[0:v]{encode.graph}[out]"
    stretch = ["-ss", str(start_s), *(["-t", str(length_s)] if length_s else [])]
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", "-threads", "1",
        *stretch, "-i", f"file:{source}", "-filter_complex", graph, "-map", "[out]", "-an",
        *encode.codec, "-threads", "1", f"file:{out}",
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=ATTACK_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise FileRefused(
            "attack_failed",
            f"ffmpeg could not re-encode {source.name}: {(error.stderr or b'').decode('utf-8', 'replace').strip()}",
            "Give an ordinary video; nothing was changed.",
        ) from error
    return out
