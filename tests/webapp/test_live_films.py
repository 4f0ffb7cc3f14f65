"""The live check on films: one that is right, and each way in which a film can be wrong, with its own words.

The sitter is the sample portrait as our own engine lets it speak and turn: a live deepfake, which this check is not
able to tell from a person (docs/consent-check.md), and which serves here as one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.files.base import ContentFile

from generation.presence import measure
from generation.sound_source import ffmpeg_program
from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import make_portrait
from webapp.consent.live import services
from webapp.consent.live.checking import check
from webapp.consent.live.judge import Asked, Check, judge
from webapp.consent.live.models import Challenge, State
from webapp.consent.live.moves import Move
from webapp.consent.live.phrases import to_read

pytestmark = pytest.mark.slow

PHRASE = ["maple", "seven", "river", "three", "garden", "nine"]
OTHER = ["silver", "zero", "tiger", "five", "bottle", "six"]
MOVES: list[Move] = [{"kind": "turn_left", "at_s": 2.2}, {"kind": "turn_right", "at_s": 5.2}]
HEAD = [(0, 0), (2.4, 0), (3.2, 20), (3.7, 20), (4.5, 0), (5.6, 0), (6.2, -20), (6.6, -20), (7.4, 0)]  # s, yaw
SITTER, SOMEBODY = SAMPLES / "portrait_a.png", SAMPLES / "portrait_b.png"


@dataclass(frozen=True)
class Filmed:
    """A sitter before a camera, and what was measured."""

    path: Path
    seen: dict


def ffmpeg(*words: object) -> None:
    subprocess.run([ffmpeg_program(), "-y", "-loglevel", "error", *map(str, words)], check=True)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory) -> Filmed:
    folder = tmp_path_factory.mktemp("sitter")
    keyframes = [{"at": at, "head": [yaw, 0, 0]} for at, yaw in HEAD]
    (folder / "timeline.json").write_text(json.dumps({"keyframes": keyframes}))
    order = ["--portrait", SITTER, "--script", to_read("en", PHRASE), "--language", "en", "--size", "256"]
    order += ["--timeline", folder / "timeline.json", "--out", folder / "whole.mp4"]
    subprocess.run(
        [sys.executable, "-m", "generation", "render", *map(str, order)], check=True, capture_output=True
    )
    film = folder / "film.mp4"
    ffmpeg("-i", folder / "whole.mp4", "-r", 15, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy", film)
    return Filmed(film, measure(film, SITTER.read_bytes(), language="en").as_json())


def checks(seen: dict, *, phrase: list[str] = PHRASE, earlier: tuple[list[str], ...] = ()) -> dict[str, Check]:
    asked = Asked(language="en", phrase=phrase, earlier=earlier, moves=MOVES, timed=True)
    return {one.name: one for one in judge(seen, asked, repeats=False).checks}


def failed(found: dict[str, Check]) -> set[str]:
    return {name for name, one in found.items() if one.outcome == "fail"}


@pytest.mark.django_db
def test_the_sitter_passes_and_the_same_film_never_again(filmed, creator):
    portrait = make_portrait(creator, content=SITTER.read_bytes(), face_index=0)
    answers = []
    for _ in range(2):
        challenge = services.begin(portrait, "en")
        services.draw(challenge, is_adult=True)
        Challenge.objects.filter(pk=challenge.pk).update(phrase=PHRASE, moves=MOVES)
        services.receive(challenge, film=ContentFile(filmed.path.read_bytes(), name="me.webm"), timed=True)
        check(str(challenge.pk))
        check(str(challenge.pk))  # twice is once
        challenge.refresh_from_db()
        answers.append(challenge)
    first, second = answers
    assert first.state == State.PASSED, first.checks
    assert {one["outcome"] for one in first.checks} == {"pass"}
    assert len(first.clip_sha256) == len(first.embedding_sha256) == 64
    assert second.state == State.FAILED
    assert [one["sentence"] for one in second.checks if one["outcome"] == "fail"] == [
        "This is a film that was sent before, or has the sound of one."
    ]


def test_a_wrong_phrase_and_an_old_one_are_told_apart(filmed):
    wrong = checks(filmed.seen, phrase=OTHER)
    assert failed(wrong) == {"phrase"}
    assert wrong["phrase"].sentence.startswith("The phrase was not heard.")
    old = checks(filmed.seen, phrase=OTHER, earlier=(PHRASE,))
    assert failed(old) == {"phrase"}
    assert old["phrase"].sentence == "An earlier phrase was said, not the one shown this time."


def test_somebody_elses_face_fails(filmed):
    found = checks(measure(filmed.path, SOMEBODY.read_bytes(), language="en").as_json())
    assert failed(found) == {"face"}
    assert found["face"].sentence == "It is not the face in the portrait."


def test_a_silent_film_fails(filmed, tmp_path):
    silent = tmp_path / "silent.mp4"
    ffmpeg("-i", filmed.path, "-an", "-c:v", "copy", silent)
    found = checks(measure(silent, SITTER.read_bytes(), language="en").as_json())
    assert failed(found) == {"sound"}
    assert found["sound"].sentence == "No voice is heard in this film."


def test_two_faces_fail(filmed, tmp_path):
    together = tmp_path / "two.mp4"
    beside = "[1]scale=256:256[b];[0][b]hstack"
    ffmpeg("-i", filmed.path, "-loop", 1, "-i", SOMEBODY, "-filter_complex", beside, "-shortest", together)
    found = checks(measure(together, SITTER.read_bytes(), language="en").as_json())
    assert "alone" in failed(found)
    assert found["alone"].sentence == "More than one face is in the picture."


def test_a_photograph_tilted_before_the_camera_with_the_right_voice_fails(filmed, tmp_path):
    photograph = cv2.resize(cv2.imread(str(SITTER)), (256, 256), interpolation=cv2.INTER_AREA)
    corners = np.array([[0, 0], [256, 0], [256, 256], [0, 256]], np.float32)
    grain = np.random.default_rng(0)
    frames = []
    for index in range(105):
        sway, lean = 0.08 * np.sin(index / 9), 0.05 * np.sin(index / 7)
        tilt = np.array([[sway, lean], [-sway, -lean], [-lean, sway], [lean, -sway]], np.float32)
        laid = cv2.getPerspectiveTransform(corners, corners + 256 * tilt)
        seen = cv2.warpPerspective(photograph, laid, (256, 256), borderMode=cv2.BORDER_REPLICATE)
        frames.append(np.clip(seen + grain.normal(0, 4, seen.shape), 0, 255).astype(np.uint8))
    (tmp_path / "raw").write_bytes(b"".join(frame.tobytes() for frame in frames))
    held = tmp_path / "held.mp4"
    raw = (
        "-f",
        "rawvideo",
        "-pix_fmt",
        "bgr24",
        "-video_size",
        "256x256",
        "-framerate",
        15,
        "-i",
        tmp_path / "raw",
    )
    ffmpeg(*raw, "-i", filmed.path, "-map", "0:v", "-map", "1:a", "-pix_fmt", "yuv420p", held)
    found = checks(measure(held, SITTER.read_bytes(), language="en").as_json())
    assert failed(found) == {"alive", "moves"}
    assert found["alive"].sentence == "This looks like a still picture held before the camera."
