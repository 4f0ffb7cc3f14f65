"""The real thing: a portrait, a recording and a consent become a sealed film; nothing in between is pretended."""

from __future__ import annotations

import hashlib
import threading
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image

from generation import archive
from generation.label import labelled
from generation.plan import Plan
from provenance.identify import identify
from provenance.keys import load_trust_root, load_watermark_key
from provenance.verify import verify
from provenance.watermark import Marker
from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording, make_user
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent.services import withdraw_consent
from webapp.uploads.models import Portrait
from webapp.videos import production
from webapp.videos.models import Job, Status
from webapp.videos.rendering import render_video
from webapp.videos.sealing import seal_video
from webapp.videos.segments import join_video, paint_segment
from webapp.videos.services import cancel_video

pytestmark = [pytest.mark.slow]
SECONDS = 3.0
FRAMES = 75
QUICKLY_S = 2.0
CODER_LEVELS = 2.0  # mean difference of one picture encoded twice, in other company
VISIBLE = 40  # levels; the marks and JPEG change fewer


@pytest.fixture(scope="module")
def voice(tmp_path_factory) -> bytes:
    """The first seconds of the sample recording."""
    path: Path = tmp_path_factory.mktemp("voice") / "voice.wav"
    with wave.open(str(SAMPLES / "portrait_a.wav")) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        target.writeframes(source.readframes(round(SECONDS * source.getframerate())))
    return path.read_bytes()


@pytest.fixture
def job(voice, db) -> Job:
    owner = make_user()
    portrait = make_portrait(owner, content=(SAMPLES / "portrait_a.png").read_bytes(), face_index=0)
    recording = make_recording(owner, content=voice, duration_s=SECONDS)
    return make_job(owner, portrait=portrait, recording=recording, consent=make_consent(portrait), seed=7)


def test_a_job_is_rendered_marked_sealed_and_entered_and_every_task_may_run_twice(job, tmp_path):
    render_video(str(job.pk))
    render_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempt, job.frames, job.fps) == (Status.SEALING, 1, FRAMES, 25.0)
    assert lettering(job) < 0.1
    assert not job.engine["label"]
    assert job.engine["weights"]
    assert job.rendered_sha256 == hashlib.sha256(job.rendered.read()).hexdigest()
    unsigned = job.rendered.name

    seal_video(str(job.pk))
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.manifest_state, job.mark_confirmed) == (Status.IN_REVIEW, "trusted", True)
    assert not default_storage.exists(unsigned)
    kinds = LedgerEntry.objects.filter(object=str(job.pk)).order_by("index").values_list("kind", flat=True)
    assert list(kinds) == [Kind.RENDER, Kind.SEAL]
    assert job.ledger_entry.data["output_sha256"] == job.output_sha256

    film = tmp_path / "film.mp4"
    film.write_bytes(job.output.read())
    assert hashlib.sha256(film.read_bytes()).hexdigest() == job.output_sha256
    key = load_watermark_key(settings.WATERMARK_KEY_FILE)
    found = verify(film, trust_root=load_trust_root(settings.TRUST_ROOT), key=key)
    assert (found.manifest.state, found.watermark_agrees) == ("trusted", True)
    assert found.manifest.job["consent_reference"] == str(job.consent_id)
    assert identify(film, key=key).job_code == job.code_hex


def lettering(job: Job) -> float:
    """Share of the poster's lower left that is unlike the portrait there; clothes move a little."""
    poster = Image.open(job.poster.open()).convert("RGB")
    portrait = Image.open(SAMPLES / "portrait_a.png").convert("RGB").resize(poster.size)
    corner = (0, round(0.9 * poster.height), round(0.3 * poster.width), poster.height)
    shown, given = (np.asarray(picture.crop(corner), dtype=np.int16) for picture in (poster, portrait))
    return float((np.abs(shown - given).max(axis=2) > VISIBLE).mean())


def test_the_operator_may_ask_for_a_visible_label(job, settings):
    settings.VISIBLE_LABEL = True
    render_video(str(job.pk))
    job.refresh_from_db()
    assert job.engine["label"]
    assert lettering(job) > 0.2


def test_an_upright_film_before_a_colour_carries_its_marks(job):
    job.shape, job.background, job.background_colour = "9:16", "colour", "#30a0c0"
    job.save()
    render_video(str(job.pk))
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.mark_confirmed) == (Status.IN_REVIEW, True)
    with default_storage.open(job.poster.name) as stored:
        poster = np.asarray(Image.open(stored).convert("RGB"))
    assert poster.shape[:2] == (job.height, job.width) == (910, 512)
    assert np.abs(poster[20:120].astype(int).mean((0, 1)) - (0x30, 0xA0, 0xC0)).max() < 6


def test_a_long_film_is_painted_in_segments_and_joined(job, settings, tmp_path):
    render_video(str(job.pk))
    job.refresh_from_db()
    whole = pictures(job.rendered, tmp_path / "whole.mp4")
    Job.objects.update(status=Status.QUEUED, poster="")
    settings.SPLIT_S, settings.SEGMENT_S = 2.0, 2.0

    render_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.frames, bool(job.plan)) == (Status.RUNNING, FRAMES, True)
    segments = list(job.segments.all())
    assert [(segment.start, segment.stop) for segment in segments] == [(0, 50), (50, FRAMES)]
    for segment in reversed(segments):
        paint_segment(str(segment.pk))
        paint_segment(str(segment.pk))
    plan, pieces = job.plan.name, [segment.file.name for segment in job.segments.all()]
    assert all(map(default_storage.exists, [plan, *pieces]))
    join_video(str(job.pk))
    join_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.segments.count(), job.plan.name) == (Status.SEALING, 0, "")
    assert job.poster
    assert {"portrait", "speech", "motion", "render"} <= job.seconds.keys()

    joined = pictures(job.rendered, tmp_path / "joined.mp4")
    assert joined.shape == whole.shape == (FRAMES, 512, 512, 3)
    error = np.abs(joined.astype(np.int16) - whole).reshape(FRAMES, -1).mean(1)
    assert error.max() < CODER_LEVELS, "every frame, and each in its place"
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.mark_confirmed) == (Status.IN_REVIEW, True)


def test_a_segment_has_exactly_the_marked_frames_of_the_whole(voice, tmp_path):
    (tmp_path / "voice.wav").write_bytes(voice)
    key = load_watermark_key(settings.WATERMARK_KEY_FILE)
    take = production.perform_marked(
        portrait=SAMPLES / "portrait_a.png",
        recording=tmp_path / "voice.wav",
        face_index=0,
        controls=Job().performed() | {"seed": 7},
        size=256,
        code=5,
        watermark_key=key,
        report=lambda **_: None,
        label=True,
    )
    made, whole = take.performance, list(take.frames)
    with (tmp_path / "plan.npz").open("wb") as stream:
        archive.save(made.plan, stream)
    plan = archive.load(Plan, tmp_path / "plan.npz")
    marker = Marker(5, key, made.width, made.height, made.fps)
    rows = [*marker.context(50), *range(50, 60)]
    painted = labelled(plan.frames(rows), made.width, made.height)
    piece = list(marker.mark(painted, earlier=[next(painted) for _ in marker.context(50)]))
    assert len(piece) == 10
    assert all(np.array_equal(one, other) for one, other in zip(piece, whole[50:60], strict=True))


def pictures(stored, to: Path) -> np.ndarray:
    """(t, h, w, 3) of a stored film."""
    to.write_bytes(stored.read())
    with av.open(str(to)) as film:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)])


def test_a_film_without_a_known_signer_is_not_handed_on(job, monkeypatch):
    render_video(str(job.pk))
    from provenance import keys

    other = settings.DATA / "other-keys"
    monkeypatch.setattr(settings, "TRUST_ROOT", keys.create(other).root)
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, "seal_failed")
    assert not job.output
    assert job.ledger_entry is None


def test_a_refusal_of_the_engine_reaches_the_page_in_words(job):
    Portrait.objects.filter(pk=job.portrait_id).update(face_index=5)
    render_video(str(job.pk))
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert job.message
    assert LedgerEntry.objects.filter(kind=Kind.FAIL, object=str(job.pk)).exists()


@pytest.mark.parametrize("end", ["cancel", "withdraw"])
def test_a_running_render_ends_within_two_seconds(committed_db, voice, end):
    owner = make_user()
    portrait = make_portrait(owner, content=(SAMPLES / "portrait_a.png").read_bytes(), face_index=0)
    recording = make_recording(owner, content=voice, duration_s=SECONDS)
    job = make_job(owner, portrait=portrait, recording=recording, consent=make_consent(portrait))

    def work() -> None:
        try:
            render_video(str(job.pk))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    while not Job.objects.get(pk=job.pk).stage:
        assert worker.is_alive()
        time.sleep(0.1)
    if end == "cancel":
        cancel_video(job=job, by=owner)
    else:
        withdraw_consent(consent=job.consent, by=owner)
    ended = time.monotonic()
    worker.join(60)
    assert time.monotonic() - ended < QUICKLY_S
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert not job.rendered


def test_a_film_whose_mark_would_be_lost_is_marked_stronger_once_and_never_released_without(job):
    job.mark_gain = 0.0  # a mark that nothing could read
    job.save()
    render_video(str(job.pk))
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert job.status == Status.QUEUED
    assert job.mark_gain > 1
    assert not job.rendered

    render_video(str(job.pk))
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.mark_confirmed) == (Status.IN_REVIEW, True)
    assert job.mark_score is not None
    assert len(job.digests) == 8 * job.frames
    assert job.trace.manifest.size > 1000

    unmarked = make_job(
        job.owner, portrait=job.portrait, recording=job.recording, consent=job.consent, mark_gain=0.0
    )
    render_video(str(unmarked.pk))
    Job.objects.filter(pk=unmarked.pk).update(mark_gain=job.mark_gain)  # as if this had been the second try
    seal_video(str(unmarked.pk))
    unmarked.refresh_from_db()
    assert (unmarked.status, unmarked.error_code) == (Status.FAILED, "mark_lost")
    assert not unmarked.output
