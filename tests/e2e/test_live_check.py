"""The live check in Chromium, whose camera and microphone play a sitter made for the demand on the page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from generation.sound_source import ffmpeg_program
from tests.e2e.browser import QUIET, Person
from tests.e2e.stages import SAMPLES, Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
SITTER = SAMPLES / "portrait_a.png"
LEAD_S = 2.0  # between the camera's start and the sitter's first word: who reads needs a moment, too
HEADS = {"turn_left": [20, 0, 0], "turn_right": [-20, 0, 0], "nod": [0, 14, 0]}
CHROMIUM_FPS = 30  # at which it plays MJPEG, whatever the file says
CHECK_MS = 240_000  # of a film of 15 s on two busy cores


def ffmpeg(*words: object) -> None:
    subprocess.run([ffmpeg_program(), "-y", "-loglevel", "error", *map(str, words)], check=True)


def timeline(moves: list[dict[str, Any]]) -> dict[str, Any]:
    """The head at rest, and each move a second after it is asked for."""
    frames = [{"at": 0.0, "head": [0, 0, 0]}]
    for move in moves:
        for after, head in (
            (0.4, [0, 0, 0]),
            (1.0, HEADS[move["kind"]]),
            (1.4, HEADS[move["kind"]]),
            (2.0, [0, 0, 0]),
        ):
            frames.append({"at": round(move["at_s"] + after, 2), "head": head})
    return {"keyframes": frames}


def film_the_sitter(folder: Path, text: str, moves: list[dict[str, Any]]) -> tuple[Path, Path]:
    """What camera (MJPEG) and microphone (WAV) see and hear: the text, the moves, then a face at rest."""
    run = [sys.executable, "-m", "generation"]
    spoken, padded, whole = folder / "spoken.wav", folder / "padded.wav", folder / "whole.mp4"
    order = ["speak", "--text", text, "--language", "en", "--out", spoken]
    subprocess.run([*run, *map(str, order)], check=True, capture_output=True)
    ffmpeg("-i", spoken, "-af", f"adelay={int(1000 * LEAD_S)}:all=1,apad=whole_dur=22", "-ar", 48000, padded)
    (folder / "timeline.json").write_text(json.dumps(timeline(moves)))
    order = ["render", "--portrait", SITTER, "--audio", padded, "--size", "256", "--out", whole]
    order += ["--timeline", folder / "timeline.json", "--expressiveness", "0.3"]
    subprocess.run([*run, *map(str, order)], check=True, capture_output=True)
    camera = folder / "camera.mjpeg"
    ffmpeg("-i", whole, "-an", "-r", CHROMIUM_FPS, "-vf", "scale=480:480", "-c:v", "mjpeg", "-q:v", 3, camera)
    return camera, padded


def ask(page: Page) -> tuple[str, list[dict[str, Any]]]:
    """Press the button until the moves are two that our engine can make; it keeps its eyes open."""
    page.get_by_role("button", name="Begin").click()
    while True:
        moves = json.loads(page.locator("#live-moves").inner_text())
        if all(move["kind"] in HEADS for move in moves):
            return page.locator(".live-text").inner_text(), moves
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        page.request.post(f"{page.url}draw/", form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url})
        page.reload()


def test_a_sitter_passes_before_the_camera_of_a_phone(embedded: Stage, tmp_path: Path) -> None:
    program = shutil.which("chromium")
    assert program, "Chromium is missing; scripts/setup_tests.sh installs it."
    with sync_playwright() as playwright:
        desk = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        creator = Person(desk, embedded, "live", **PHONE)
        creator.log_in(embedded.accounts["creator"])
        creator.upload("/portraits/new/", SITTER)
        creator.expect_state("READY", timeout=60_000)
        creator.go(f"/portraits/{creator.number()}/consent/")
        creator.page.select_option("[name=language]", "en")
        creator.page.get_by_role("button", name="Show that it is me").click()
        creator.picture("1-ready")
        text, moves = ask(creator.page)
        creator.picture("2-asked")
        address = creator.page.url
        camera, microphone = film_the_sitter(tmp_path, text, moves)
        desk.close()
        fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
        fake += (f"--use-file-for-fake-video-capture={camera}", f"--use-file-for-fake-audio-capture={microphone}")
        phone = playwright.chromium.launch(executable_path=program, args=[*QUIET, *fake])
        sitter = Person(phone, embedded, "live", **PHONE)
        sitter.go(address)
        sitter.page.get_by_role("button", name="Turn on camera").click()
        sitter.page.get_by_role("button", name=re.compile("^Start")).click()
        expect(sitter.page.locator(".live-cue")).to_be_visible(timeout=10_000)
        sitter.picture("3-recording")
        expect(sitter.page.locator("#status")).not_to_have_attribute("data-state", "OPEN", timeout=60_000)
        sitter.picture("4-checking")
        done = sitter.page.locator('#status[data-state="PASSED"], #status[data-state="FAILED"]')
        expect(done.or_(sitter.page.locator('#status[data-state="UNSURE"]'))).to_be_attached(timeout=CHECK_MS)
        sitter.picture("5-found")
        assert sitter.page.locator('#status[data-state="PASSED"]').count(), sitter.page.inner_text("main")
        assert not sitter.complaints
        phone.close()
