"""The main job, as people do it: a creator asks for a video, a reviewer decides, the creator downloads it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from webapp.demo.accounts import Account
from webapp.demo.errors import JourneyFailed
from webapp.demo.pages import Page
from webapp.demo.visitor import POLL, Visitor

CHECK_SECONDS = 300.0  # for the check of an upload; about 5 s once the models are loaded
RENDER_SECONDS = 900.0  # for a 10 s video on two busy cores
WORKING = frozenset({"QUEUED", "RUNNING", "SEALING"})

Report = Callable[[dict[str, Any]], None]


def ignore(_: dict[str, Any]) -> None:
    """The report of those who do not watch."""


@dataclass(frozen=True)
class Order:
    """What the creator asks for."""

    portrait: Path
    recording: Path
    title: str = "A portrait speaks"
    sitter: str = "Portrait A, a synthetic head"
    purpose: str = "To show what Sitter does"
    source: str = "samples/ of Sitter, made by its own programs"
    evidence: str = "A mixture of shapes learned from scanned people; it is the face of none of them."
    controls: Mapping[str, str] = field(default_factory=dict)  # fields of the form at /videos/new/


class Studio:
    """A creator at work."""

    def __init__(self, address: str, account: Account, *, check: Callable[[], None] = lambda: None) -> None:
        self.visitor = Visitor(address)
        self.visitor.log_in(account.email, account.password)
        self._check = check  # raises when a process of the site has died

    def upload_portrait(self, file: Path) -> Page:
        """Upload a picture and wait for its check."""
        return self._upload("/portraits/new/", file)

    def upload_recording(self, file: Path) -> Page:
        """Upload a recording and wait for its check."""
        return self._upload("/recordings/new/", file)

    def consent(self, portrait: Page, order: Order) -> None:
        """State of a portrait that it depicts nobody living."""
        page = self.visitor.open(f"{portrait.path}consent/nobody/")
        fields = {
            "sitter_name": order.sitter,
            "source": order.source,
            "evidence": order.evidence,
            "purposes": "other",
            "purpose": order.purpose,
            "confirm": "on",
        }
        answer = self.visitor.submit(page, page.form_with("source", "purpose", "confirm"), fields)
        if answer.path == page.path:
            raise JourneyFailed(f"The consent was not taken: {answer.text[:600]}")

    def enqueue(self, portrait: Page, recording: Page, order: Order) -> str:
        """Ask for the video: the path of its page."""
        page = self.visitor.open("/videos/new/")
        fields = {
            "portrait": _last(portrait),
            "recording": _last(recording),
            "title": order.title,
            **order.controls,
        }
        answer = self.visitor.submit(page, page.form_with("portrait", "recording"), fields)
        if answer.path == page.path:
            raise JourneyFailed(f"The video was not taken: {answer.text[:600]}")
        return answer.path

    def order(self, order: Order) -> str:
        """Upload, consent and enqueue: the path of the video's page."""
        portrait = self.upload_portrait(order.portrait)
        recording = self.upload_recording(order.recording)
        self.consent(portrait, order)
        return self.enqueue(portrait, recording, order)

    def status(self, video: str) -> dict[str, Any]:
        """Where the video is now: state, stage, progress, eta_s, position, message, hint."""
        return self.visitor.json(f"{video}status/")

    def follow(
        self, video: str, *, report: Report = ignore, until: frozenset[str] = frozenset({"IN_REVIEW"})
    ) -> dict[str, Any]:
        """Watch the video until its state is one of `until`; any other end raises JourneyFailed."""
        deadline = time.monotonic() + RENDER_SECONDS
        while True:
            said = self.status(video)
            report(said)
            if said["state"] in until:
                return said
            if said["state"] not in WORKING:
                raise JourneyFailed(
                    f"The video ended as {said['state']}: {said.get('message', '')} {said.get('hint', '')}"
                )
            if time.monotonic() > deadline:
                raise JourneyFailed(f"The video was still {said['state']} after {RENDER_SECONDS:.0f} s.")
            self._check()
            time.sleep(POLL)

    def download(self, video: str, out: Path) -> Path:
        """Save the published video."""
        return self.visitor.download(f"{video}download/", out)

    def _upload(self, path: str, file: Path) -> Page:
        page = self.visitor.open(path)
        answer = self.visitor.submit(page, page.form_with("file"), {}, {"file": file})
        if answer.path == path:
            raise JourneyFailed(f"{file.name} was not taken: {answer.text[:600]}")
        checked = self.visitor.wait(answer.path, while_in={"CHECKING"}, seconds=CHECK_SECONDS, check=self._check)
        if checked.state() != "READY":
            raise JourneyFailed(f"{file.name} was not accepted ({checked.state()}): {checked.text[:600]}")
        return checked


class Desk:
    """A reviewer at work."""

    def __init__(self, address: str, account: Account) -> None:
        self.visitor = Visitor(address)
        self.visitor.log_in(account.email, account.password)

    def let_pass(self, video: str, reason: str) -> None:
        """Find a request that waits for a person, look at it, and let it be painted."""
        number = video.rstrip("/").rpartition("/")[2]
        if f"/review/held/{number}/" not in self.visitor.open("/review/held/").html:
            raise JourneyFailed("The request is not among those that wait for a reviewer.")
        page = self.visitor.open(f"/review/held/{number}/")
        answer = self.visitor.submit(page, page.form_to("/decide/"), {"verdict": "ALLOWED", "reason": reason})
        if answer.path != "/review/held/":
            raise JourneyFailed(f"The request was not let pass: {answer.text[:600]}")

    def decide(self, video: str, verdict: str, reason: str) -> None:
        """Find the video in the queue, watch it, and decide: APPROVED or REJECTED."""
        number = video.rstrip("/").rpartition("/")[2]
        if f"/review/{number}/" not in self.visitor.open("/review/").html:
            raise JourneyFailed("The video is not in the reviewers' queue.")
        page = self.visitor.open(f"/review/{number}/")
        answer = self.visitor.submit(page, page.form_to("/decide/"), {"verdict": verdict, "reason": reason})
        if answer.path != "/review/":
            raise JourneyFailed(f"The decision was not taken: {answer.text[:600]}")


def _last(page: Page) -> str:
    return page.path.rstrip("/").rpartition("/")[2]
