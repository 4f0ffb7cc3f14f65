"""The worker lane: production's processes on real PostgreSQL and Redis, and what happens when they are hurt."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from tests.e2e.stages import SAMPLES, Stage
from webapp.demo.evidence import check_ledger_proof, provenance
from webapp.demo.journey import Desk, Order, Studio
from webapp.demo.pages import Page
from webapp.demo.processes import Program
from webapp.demo.site import manage

pytestmark = [pytest.mark.worker, pytest.mark.timeout(600)]

ORDER = Order(portrait=SAMPLES / "portrait_a.png", recording=SAMPLES / "portrait_b.wav", controls={"seed": "7"})
CANCEL_SECONDS = 2.0


class Shelf:
    """A creator with a checked portrait and recording, ready to ask for videos."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.studio = Studio(stage.site.address, stage.accounts["creator"], check=stage.check)
        self.portrait: Page = self.studio.upload_portrait(ORDER.portrait)
        self.recording: Page = self.studio.upload_recording(ORDER.recording)
        self.studio.consent(self.portrait, ORDER)

    def enqueue(self) -> str:
        """The path of a new video's page."""
        return self.enqueue_with(self.recording)

    def enqueue_with(self, recording: Page) -> str:
        """The same with another recording."""
        video = self.studio.enqueue(self.portrait, recording, ORDER)
        self.stage.let_pass(self.studio, video)
        return video

    def wait_for(self, video: str, stage: str, *, seconds: float = 120) -> None:
        """Return while the video is in this stage of its rendering."""
        deadline = time.monotonic() + seconds
        while (said := self.studio.status(video)).get("stage") != stage:
            assert said["state"] in {"QUEUED", "RUNNING"}, said
            assert time.monotonic() < deadline, said
            time.sleep(0.2)


@pytest.fixture(scope="module")
def shelf(production: Stage) -> Shelf:
    return Shelf(production)


def attempts(stage: Stage, video: str) -> list[str]:
    """Attempts, losses and number of ledger entries about the seal of a video."""
    number = video.rstrip("/").rpartition("/")[2]
    return manage(
        stage.site.env,
        "shell",
        "--no-imports",
        "-c",
        "from webapp.videos.models import Job; from webapp.audit.models import LedgerEntry;"
        f"job = Job.objects.get(pk='{number}');"
        "print(job.losses, LedgerEntry.objects.filter(kind='seal', object=str(job.pk)).count())",
    ).split()


def children(program: Program) -> list[psutil.Process]:
    return [child for child in psutil.Process(program.pid).children(recursive=True) if child.status() != "zombie"]


def test_a_video_is_made_reviewed_published_and_recognised(production: Stage, shelf: Shelf, tmp_path: Path) -> None:
    video = shelf.enqueue()
    shelf.studio.follow(video)
    assert shelf.studio.visitor.status_of(f"{video}download/") == 404, "nothing leaves before the review"
    Desk(production.site.address, production.accounts["reviewer"]).decide(video, "APPROVED", "In order.")
    shelf.studio.follow(video, until=frozenset({"PUBLISHED"}))
    file = shelf.studio.download(video, tmp_path / "video.mp4")

    identified = provenance(production.site.env, "identify", file)
    assert identified["verdict"] == "made_here"
    assert identified["job_code"] in shelf.studio.visitor.open(video).text
    verified = provenance(production.site.env, "verify", file)
    assert (verified["manifest"], verified["failures"], verified["watermark_agrees"]) == ("trusted", [], True)
    assert check_ledger_proof(shelf.studio.visitor.json(f"{video}proof/"), file)


def test_the_render_worker_works_without_the_signing_key(production: Stage) -> None:
    """The video of the test above was rendered from this folder."""
    keys = {path.name for path in (production.gpu_data / "keys").iterdir()}
    assert "watermark.key" in keys
    assert not keys & {"signer.key", "chain.pem"}


def test_the_web_process_never_loads_torch(production: Stage) -> None:
    [web] = [program for program in production.site.processes.running if program.name == "web"]
    for process in [psutil.Process(web.pid), *children(web)]:
        loaded = {Path(region.path).name for region in process.memory_maps()}
        assert any(name.startswith("libc") for name in loaded), "the list is real"
        assert not {name for name in loaded if name.startswith(("libtorch", "libonnxruntime", "libmediapipe"))}


def test_cancelling_stops_the_render_within_two_seconds(production: Stage, shelf: Shelf) -> None:
    video = shelf.enqueue()
    shelf.wait_for(video, "render")
    assert children(production.gpu), "the render runs in a child of the worker"
    page = shelf.studio.visitor.open(video)
    asked = time.monotonic()
    shelf.studio.visitor.submit(page, page.form_to("/cancel/"), {})
    while children(production.gpu):
        assert time.monotonic() - asked < CANCEL_SECONDS, "the render still runs"
        time.sleep(0.02)
    assert shelf.studio.status(video)["state"] == "CANCELLED"
    assert production.gpu.alive(), "the worker itself goes on"


def test_a_job_whose_worker_is_killed_finishes_on_another(production: Stage, shelf: Shelf) -> None:
    video = shelf.enqueue()
    shelf.wait_for(video, "render")
    orphans = children(production.gpu)
    production.site.processes.kill(production.gpu)
    production.start_another_gpu_worker()
    gone, alive = psutil.wait_procs(orphans, timeout=10)
    assert gone, "the render had children"
    assert not alive, "the render of the dead worker ends with it"
    shelf.studio.follow(video)
    assert attempts(production, video) == ["1", "1"], "lost once, sealed once"
