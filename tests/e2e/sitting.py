"""A sitter before a camera: our own engine speaks the text on the page and moves when it is asked to."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from generation.sound_source import ffmpeg_program
from tests.e2e.stages import SAMPLES, Stage
from webapp.demo.site import manage

SITTER, SOMEBODY = SAMPLES / "portrait_a.png", SAMPLES / "portrait_b.png"
LEAD_S = 2.0  # between the camera's start and the sitter's first word: who reads needs a moment, too
LENGTH_S = 22
HEADS = {"turn_left": [20, 0, 0], "turn_right": [-20, 0, 0], "nod": [0, 14, 0]}
CHROMIUM_FPS = 30  # at which it plays MJPEG, whatever the file says
SENT_S = 11.5  # of a film that is sent: statement, phrase and moves are over


@dataclass(frozen=True)
class Sitting:
    """A demand of the live check, and the sitter who answers it."""

    phrase: list[str]
    moves: list[dict[str, Any]]
    film: Path  # with sound
    camera: Path  # as Chromium's camera plays it, MJPEG
    microphone: Path  # WAV

    @property
    def devices(self) -> tuple[str, ...]:
        """What tells Chromium to see and hear the sitter."""
        fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
        files = (f"--use-file-for-fake-video-capture={self.camera}",)
        return (*fake, *files, f"--use-file-for-fake-audio-capture={self.microphone}")


def ffmpeg(*words: object) -> None:
    """Run the packaged FFmpeg."""
    subprocess.run([ffmpeg_program(), "-y", "-loglevel", "error", *map(str, words)], check=True)


def sit(folder: Path, text: str, phrase: list[str], moves: list[dict[str, Any]]) -> Sitting:
    """The sitter says `text`, moves, and then looks on at rest."""
    run = [sys.executable, "-m", "generation"]
    spoken, padded, whole = folder / "spoken.wav", folder / "padded.wav", folder / "whole.mp4"
    order = ["speak", "--text", text, "--language", "en", "--out", spoken]
    subprocess.run([*run, *map(str, order)], check=True, capture_output=True)
    pad = f"adelay={int(1000 * LEAD_S)}:all=1,apad=whole_dur={LENGTH_S}"
    ffmpeg("-i", spoken, "-af", pad, "-ar", 48000, padded)
    (folder / "timeline.json").write_text(json.dumps(_timeline(moves)))
    order = ["render", "--portrait", SITTER, "--audio", padded, "--size", "256", "--out", whole]
    order += ["--timeline", folder / "timeline.json", "--expressiveness", "0.3"]
    subprocess.run([*run, *map(str, order)], check=True, capture_output=True)
    camera = folder / "camera.mjpeg"
    ffmpeg("-i", whole, "-an", "-r", CHROMIUM_FPS, "-vf", "scale=480:480", "-c:v", "mjpeg", "-q:v", 3, camera)
    return Sitting(phrase, moves, whole, camera, padded)


def _timeline(moves: list[dict[str, Any]]) -> dict[str, Any]:
    """The head at rest, and each move a second after it is asked for."""
    frames = [{"at": 0.0, "head": [0, 0, 0]}]
    for move in moves:
        turned = HEADS[move["kind"]]
        for after, head in ((0.4, [0, 0, 0]), (1.0, turned), (1.4, turned), (2.0, [0, 0, 0])):
            frames.append({"at": round(move["at_s"] + after, 2), "head": head})
    return {"keyframes": frames}


def same_face(folder: Path) -> Path:
    """The sitter's portrait as another picture: other bytes, so that nothing is known of it."""
    picture = Image.open(SITTER).convert("RGB")
    picture.putpixel((0, 0), (1, 2, 3))
    picture.save(folder / "same_face.png")
    return folder / "same_face.png"


def wrong_films(sitting: Sitting, folder: Path) -> dict[str, Path]:
    """Films that must fail, and the right one, cut short, for demands that it does not answer."""
    right = folder / "right.mp4"
    short = ("-t", SENT_S, "-r", 15, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    ffmpeg("-i", sitting.film, *short, right)
    silent, photograph, two = folder / "silent.mp4", folder / "photograph.mp4", folder / "two.mp4"
    ffmpeg("-i", right, "-an", "-c:v", "copy", silent)
    still = ("-loop", 1, "-i", SITTER, "-i", right, "-map", "0:v", "-map", "1:a", "-vf", "scale=256:256")
    ffmpeg(*still, *short, "-shortest", photograph)
    beside = ("-i", right, "-loop", 1, "-i", SOMEBODY, "-filter_complex", "[1]scale=256:256[b];[0][b]hstack")
    ffmpeg(*beside, *short, "-shortest", two)
    return {"right": right, "silent": silent, "photograph": photograph, "two": two}


def demand(stage: Stage, live_check: str, sitting: Sitting) -> None:
    """Make an open live check ask, from now on, for what `sitting` answers.

    One film then serves several tests, and a busy machine may take longer to paint it than a phrase lives.
    """
    asked = {"phrase": sitting.phrase, "moves": sitting.moves}
    now = "drawn_at=timezone.now()"
    _shell(stage, f"Challenge.objects.filter(pk={live_check!r}).update({now}, **json.loads({json.dumps(asked)!r}))")


def begin_checks(stage: Stage, portraits: list[str], asked: list[dict[str, Any]]) -> list[str]:
    """Open live checks of `portraits`, each with the phrase, earlier phrases and moves that `asked` names: their
    addresses."""
    orders = json.dumps([{"portrait": one, "asked": what} for one, what in zip(portraits, asked, strict=True)])
    made = (
        "from webapp.consent.live import services\n"
        "from webapp.uploads.models import Portrait\n"
        f"for order in json.loads({orders!r}):\n"
        "    portrait = Portrait.objects.get(pk=order['portrait'])\n"
        "    check = services.begin(portrait, 'en', by=portrait.owner)\n"
        "    services.draw(check, is_adult=True)\n"
        "    Challenge.objects.filter(pk=check.pk).update(**order['asked'])\n"
        "    print('check', check.pk)\n"
    )
    found = [line.split()[1] for line in _shell(stage, made).splitlines() if line.startswith("check ")]
    return [f"/live/{number}/" for number in found]


def _shell(stage: Stage, code: str) -> str:
    imports = "import json\nfrom django.utils import timezone\nfrom webapp.consent.live.models import Challenge\n"
    return manage(stage.site.env, "shell", "-c", imports + code)
