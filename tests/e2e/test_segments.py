"""A long video shared by two real worker processes, one of which is killed while it paints."""

from __future__ import annotations

import time
import wave
from fractions import Fraction
from pathlib import Path

import av
import psycopg
import pytest

from tests.e2e.stages import SAMPLES, SEGMENT_S, SPLIT_S, Stage
from tests.e2e.test_workers import Shelf, children
from webapp.demo.evidence import provenance
from webapp.demo.journey import Desk

pytestmark = [pytest.mark.worker, pytest.mark.timeout(900)]

FPS = 25
PATIENCE_S = 300.0
CANCEL_SECONDS = 2.0
Rows = dict[int, tuple[str, int, int, str, int]]  # index → state, attempt, losses, claimed_by, done


@pytest.fixture(scope="module")
def shelf(production: Stage) -> Shelf:
    return Shelf(production)


@pytest.fixture(scope="module")
def long_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both sample recordings, one after the other."""
    place: Path = tmp_path_factory.mktemp("voice") / "long.wav"
    with wave.open(str(place), "wb") as target:
        for name in ("portrait_a.wav", "portrait_b.wav"):
            with wave.open(str(SAMPLES / name)) as source:
                if not target.tell():
                    target.setparams(source.getparams())
                target.writeframes(source.readframes(source.getnframes()))
        assert target.getnframes() / target.getframerate() > SPLIT_S
    return place


def segments(stage: Stage, video: str) -> Rows:
    number = video.rstrip("/").rpartition("/")[2]
    with psycopg.connect(stage.site.env["DATABASE_URL"]) as database:
        found = database.execute(
            "select index, state, attempt, losses, claimed_by, done from videos_segment where job_id = %s", [number]
        )
        return {index: tuple(row) for index, *row in found}  # type: ignore[misc]


def painting(rows: Rows) -> Rows:
    """Segments with frames painted by a worker that is at it."""
    return {index: row for index, row in rows.items() if row[0] == "RUNNING" and row[4] > 0}


def wait_for_two_painters(stage: Stage, video: str) -> Rows:
    deadline = time.monotonic() + PATIENCE_S
    while len({row[3] for row in painting(segments(stage, video)).values()}) < 2:
        assert time.monotonic() < deadline, segments(stage, video)
        time.sleep(0.05)
    return painting(segments(stage, video))


def test_a_long_video_survives_the_death_of_one_of_its_workers_and_loses_one_segment(
    production: Stage, shelf: Shelf, long_voice: Path, tmp_path: Path
) -> None:
    recording = shelf.studio.upload_recording(long_voice)
    other = production.site.worker("gpu-beside", "gpu", SITTER_DATA=str(production.gpu_data))
    video = shelf.enqueue_with(recording)
    rows = wait_for_two_painters(production, video)
    victim = production.gpu
    [lost] = [index for index, row in rows.items() if row[3].endswith(f":{victim.pid}")]
    production.site.processes.kill(victim)
    production.gpu = other

    last, deadline = segments(production, video), time.monotonic() + PATIENCE_S
    while (said := shelf.studio.status(video))["state"] in ("RUNNING", "SEALING"):
        last = segments(production, video) or last
        assert time.monotonic() < deadline, said
        time.sleep(0.1)
    assert said["state"] == "IN_REVIEW", said
    assert len(last) > SPLIT_S // SEGMENT_S
    assert {index: row[1:3] for index, row in last.items()} == {
        index: ((2, 1) if index == lost else (1, 0)) for index in last
    }, "attempts and losses"
    assert segments(production, video) == {}, "nothing of it is kept once the film is whole"

    Desk(production.site.address, production.accounts["reviewer"]).decide(video, "APPROVED", "In order.")
    shelf.studio.follow(video, until=frozenset({"PUBLISHED"}))
    file = shelf.studio.download(video, tmp_path / "video.mp4")
    with wave.open(str(long_voice)) as said_by, av.open(str(file)) as film:
        seconds = said_by.getnframes() / said_by.getframerate()
        times = [frame.pts * frame.time_base for frame in film.decode(video=0)]
        sound = film.streams.audio[0]
        assert abs(float((sound.duration or 0) * sound.time_base) - seconds) < 0.1
    assert len(times) == round(seconds * FPS)
    assert times == [Fraction(number, FPS) for number in range(len(times))]
    identified = provenance(production.site.env, "identify", file)
    assert identified["verdict"] == "made_here"
    assert identified["job_code"] in shelf.studio.visitor.open(video).text


def test_cancelling_a_long_video_stops_all_its_workers_within_two_seconds(
    production: Stage, shelf: Shelf, long_voice: Path
) -> None:
    recording = shelf.studio.upload_recording(long_voice)
    other = production.site.worker("gpu-second", "gpu", SITTER_DATA=str(production.gpu_data))
    video = shelf.enqueue_with(recording)
    wait_for_two_painters(production, video)
    page = shelf.studio.visitor.open(video)
    asked = time.monotonic()
    shelf.studio.visitor.submit(page, page.form_to("/cancel/"), {})
    while children(production.gpu) or children(other):
        assert time.monotonic() - asked < CANCEL_SECONDS, "a segment is still painted"
        time.sleep(0.02)
    assert shelf.studio.status(video)["state"] == "CANCELLED"
    deadline = time.monotonic() + 10
    while segments(production, video):
        assert time.monotonic() < deadline, "its pieces are swept away"
        time.sleep(0.1)
    production.site.processes.stop(other)
