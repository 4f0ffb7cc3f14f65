"""Whatever happens in whatever order: nothing is made, joined, sealed or published without a consent that holds,
and nothing is painted whose words a reviewer should have heard first.

The services and the database are the real ones; painting and signing are left out, so that a worker here is what it
does to the database. The clock is the test's own, and it runs backwards, too.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from provenance.fingerprints import Prints
from tests.webapp.factories import make_face, make_live_check, make_portrait, make_recording, make_user, png
from webapp.accounts.models import Role
from webapp.blocklist.models import BlockedFace, Source
from webapp.blocklist.services import _keep as block_face
from webapp.blocklist.services import lift
from webapp.consent.live.models import Challenge
from webapp.consent.live.models import State as LiveState
from webapp.consent.models import Consent, Depicted, PurposeWithdrawal, VideoWithdrawal
from webapp.consent.portal import withdraw_purpose, withdraw_video
from webapp.consent.services import give_consent, withdraw_consent
from webapp.errors_text import Refused
from webapp.moderation.appeals import appeal, grant
from webapp.moderation.models import Ruling
from webapp.moderation.services import allow, refuse
from webapp.review.services import publish, reject
from webapp.uploads.models import Portrait
from webapp.videos.attempts import finish_render
from webapp.videos.models import Job, Segment, SegmentState, Status
from webapp.videos.rendering import claim
from webapp.videos.rescue import rescue_lost_work
from webapp.videos.sealing import claim_seal, keep
from webapp.videos.segments import _finish, begin, claim_join, claim_segment, forget
from webapp.videos.services import UNFINISHED, cancel_video, request_video, retry_video

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PRINTS = Prints(np.zeros((2, 32), np.uint8), np.zeros(8, np.uint32)).as_bytes()
MADE = {"frames": 50, "fps": 25.0, "duration_s": 2.0, "seconds": {}, "words": [], "language": "en"}
MADE |= {"engine": {"name": "none", "weights": [], "label": False}}
SHADES = itertools.count(1)
STEPS_S = (1, settings.STALE_S + 1, settings.SEAL_STALE_S + 1, 86_400, 6 * 86_400, -7200)  # of the clock
PURPOSES = ("teaching", "news")
RARE = (
    "pass_live_check",
    "agree",
    "agree",
    "submit",
    "withdraw_consent",
    "withdraw_purpose",
    "withdraw_video",
    "retry",
    "cancel",
    "block_or_lift",
    "clock_moves",
    "bytes_change",
)
EVENTS = ("work",) * 6 + ("review", "review", "moderate", "moderate", "appeal", "rescue", "retry", *RARE)
PAINTED = (Status.RUNNING, Status.SEALING, Status.IN_REVIEW, Status.PUBLISHED)
PICK = st.integers(0, 63)  # which of those there are


class Site(RuleBasedStateMachine):
    """A creator, a reviewer, sitters, workers that die, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.clock = patch("django.utils.timezone.now", lambda: self.now)
        self.clock.start()
        self.folder = tempfile.TemporaryDirectory()
        self.film = Path(self.folder.name) / "film.mp4"
        self.film.write_bytes(b"a film")
        self.creator, self.reviewer = make_user(max_jobs_per_day=1000), make_user(Role.REVIEWER)
        self.other_reviewer = make_user(Role.REVIEWER)
        self.recording = make_recording(self.creator)
        self.told_to_pay = make_recording(self.creator, said="Send the bitcoin now.", language="en")
        self.portrait = make_portrait(self.creator, content=png(shade=next(SHADES) % 256), embedding=make_face())
        self.codes = 0
        self.live: list[Challenge] = []  # passed, at some time, for some bytes
        self.held: list[tuple[Callable[[int], None], Any]] = []  # what workers have claimed: how it ends, and it

    @initialize()
    def begin_with_two_videos(self) -> None:
        self.pass_live_check(1)
        self.agree(5)
        for _ in range(2):  # one painted whole, one in segments
            self.submit(0)

    def teardown(self) -> None:
        self.clock.stop()
        self.folder.cleanup()
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # ---- what is true, told independently of the code under test

    def may(self, job: Job) -> bool:
        """Whether a consent lets this job go on now."""
        consent, portrait = Consent.objects.get(pk=job.consent_id), Portrait.objects.get(pk=job.portrait_id)
        return (
            consent.withdrawn_at is None
            and consent.given_at <= self.now < consent.expires_at
            and consent.portrait_sha256 == portrait.sha256
            and job.purpose in consent.purposes
            and not PurposeWithdrawal.objects.filter(consent=consent, purpose=job.purpose).exists()
            and not VideoWithdrawal.objects.filter(job_id=job.pk).exists()
            and not BlockedFace.objects.filter(lifted_at=None).exists()
        )

    def any_job(self, pick: int, *states: Status) -> Job | None:
        jobs = list(Job.objects.filter(status__in=states or Status.values).order_by("code"))
        return jobs[pick % len(jobs)] if jobs else None

    def let_pass(self, job: Job) -> bool:
        """Whether somebody heard what this job says, where that is needed, and allowed it under this consent."""
        allowed = Ruling.objects.filter(verdict="ALLOWED", hold__job__consent_id=job.consent_id)
        return (
            job.recording_id == self.recording.pk or allowed.filter(hold__job__recording=job.recording_id).exists()
        )

    # ---- what happens; one rule, since of several Hypothesis leaves some out of each run, and workers always work

    @rule(event=st.sampled_from(EVENTS), pick=PICK, picks=st.lists(PICK, min_size=3, max_size=9))
    def something_happens(self, event: str, pick: int, picks: list[int]) -> None:
        with suppress(Refused):
            getattr(self, event)(pick)
        for each in picks if event == "work" else ():
            self.worker_steps(each)

    # ---- people

    def pass_live_check(self, pick: int) -> None:
        """The sitter stands before the camera, in one of five as a minor who says so."""
        portrait = Portrait.objects.get(pk=self.portrait.pk)
        if pick % 5:
            self.live.append(make_live_check(portrait, by=self.creator))
        elif live := Challenge.objects.filter(said_minor=True).first():  # a reviewer heard it better
            Challenge.objects.filter(pk=live.pk).update(said_minor=False)
        else:
            make_live_check(portrait, state=LiveState.FAILED, said_minor=True)

    def agree(self, pick: int) -> None:
        """With some live check, whether it will do or not."""
        live = self.live[-1 - pick // 8 % len(self.live)]
        portrait = Portrait.objects.get(pk=self.portrait.pk)
        consent = give_consent(
            created_by=self.creator,
            portrait=portrait,
            depicted=Depicted.MYSELF,
            sitter_name="Ada",
            purposes=PURPOSES,
            purpose="Tests",
            statement="Yes.",
            expires_on=(self.now + timedelta(days=1 + pick)).date(),
            live_check=live,
        )
        assert live.finished_at > self.now - timedelta(days=1)
        assert live.portrait_sha256 == portrait.sha256
        assert list(Consent.objects.filter(live_check=live)) == [consent]
        assert not Challenge.objects.filter(portrait_sha256=portrait.sha256, said_minor=True).exists()

    def any_consent(self, pick: int) -> Consent:
        consents = list(Consent.objects.order_by("-given_at", "pk"))
        return consents[pick % len(consents)]

    def submit(self, pick: int) -> None:
        job = request_video(
            owner=self.creator,
            portrait=Portrait.objects.get(pk=self.portrait.pk),
            recording=self.told_to_pay if pick % 3 == 2 else self.recording,
            consent=self.any_consent(pick),
            purpose=PURPOSES[pick % 2],
            choices={},
        )
        assert self.may(job)
        self.codes += 1
        Job.objects.filter(pk=job.pk).update(code=self.codes)

    def withdraw_consent(self, pick: int) -> None:
        withdraw_consent(consent=self.any_consent(pick), by=None if pick % 2 else self.creator)

    def withdraw_purpose(self, pick: int) -> None:
        withdraw_purpose(self.any_consent(pick), PURPOSES[pick // 2 % 2])

    def withdraw_video(self, pick: int) -> None:
        if job := self.any_job(pick):
            withdraw_video(job)

    def retry(self, pick: int) -> None:
        if job := self.any_job(pick, Status.CANCELLED, Status.FAILED):
            retry_video(job=job, by=self.creator)
            assert self.may(job)

    def cancel(self, pick: int) -> None:
        if job := self.any_job(pick, Status.HELD, Status.QUEUED, Status.RUNNING, Status.SEALING):
            cancel_video(job=job, by=self.creator)

    def review(self, pick: int) -> None:
        if job := self.any_job(pick, Status.IN_REVIEW):
            if pick % 4:
                publish(job=job, reviewer=self.reviewer)
                assert self.may(job)
            else:
                reject(job=job, reviewer=self.reviewer, reason="No.")

    def moderate(self, pick: int) -> None:
        if job := self.any_job(pick, Status.HELD):
            if pick % 4:
                allow(job=job, reviewer=self.reviewer)
                assert self.may(job)
            else:
                refuse(job=job, reviewer=self.reviewer, reason="No.")

    def appeal(self, pick: int) -> None:
        """Somebody appeals, and somebody else grants it."""
        if job := self.any_job(pick, Status.REJECTED):
            with suppress(Refused):
                appeal(job=job, by=self.creator, words="Please.")
            grant(job=job, reviewer=self.other_reviewer)
            assert self.may(job)

    def block_or_lift(self, pick: int) -> None:
        """An administrator blocks the face, or lets it be used again, which happens more often."""
        if blocked := BlockedFace.objects.filter(lifted_at=None).first():
            lift(face=blocked, by=self.reviewer, why="It was somebody else's.")
        elif pick % 3 == 0:
            block_face(BlockedFace.objects.create(source=Source.ADMIN, reason="Asked for."), make_face())

    # ---- time and storage

    def clock_moves(self, pick: int) -> None:
        self.now += timedelta(seconds=STEPS_S[pick % len(STEPS_S)])

    def bytes_change(self, pick: int) -> None:
        """Somebody puts another picture into the store, or the old one back."""
        Portrait.objects.filter(pk=self.portrait.pk).update(sha256="e" * 64 if pick % 3 else self.portrait.sha256)

    def rescue(self, pick: int) -> None:
        rescue_lost_work()

    # ---- workers; one that dies is one whose job is never taken from `held` again

    def work(self, pick: int) -> None:
        self.worker_steps(pick)

    def worker_steps(self, pick: int) -> None:
        """Some worker does one of the things that can be done now."""
        steps = self.steps()
        if steps:
            step, what = steps[pick % len(steps)]
            step(what)

    def steps(self) -> list[tuple[Callable[[Any], None], Any]]:
        """What workers can do: claim what waits or was abandoned, finish what they hold."""
        asked = {
            self.claim_render: Job.objects.filter(status__in=(Status.QUEUED, Status.RUNNING), plan=""),
            self.claim_segment: Segment.objects.exclude(state=SegmentState.DONE),
            self.claim_join: Job.objects.filter(status=Status.RUNNING).exclude(plan=""),
            self.claim_seal: Job.objects.filter(status=Status.SEALING),
        }
        found = [(step, row.pk) for step, rows in asked.items() for row in rows.order_by("pk")]
        return [*found, *((finish, place) for place, (finish, _) in enumerate(self.held))]

    def take(self, finish: Callable[[int], None], held: Any, job: Job) -> None:
        assert self.may(job)
        assert self.let_pass(job)
        self.held.append((finish, held))

    def claim_render(self, key: UUID) -> None:
        if held := claim(str(key), worker="w"):
            self.take(self.finish_render, held, held)

    def claim_segment(self, key: int) -> None:
        if held := claim_segment(str(key), worker="p"):
            self.take(self.finish_segment, held, held.job)

    def claim_join(self, key: UUID) -> None:
        if held := claim_join(str(key), worker="j"):
            assert not held.segments.exclude(state=SegmentState.DONE).exists()
            self.take(self.finish_join, held, held)

    def claim_seal(self, key: UUID) -> None:
        if held := claim_seal(str(key)):
            self.take(self.finish_seal, held, held)

    def finish_render(self, place: int) -> None:
        """Every other one is long, and is planned to be painted in two segments."""
        _, held = self.held.pop(place)
        if held.code % 2:
            begin(held, MADE | {"plan": self.film, "pieces": [(0, 25), (25, 50)]})
        else:
            finish_render(held, film=self.film, poster=None, found={"frames": 50, "engine": MADE["engine"]})

    def finish_segment(self, place: int) -> None:
        _, held = self.held.pop(place)
        if Segment.objects.filter(pk=held.pk).exists():
            _finish(held, self.film, digests="", seconds=1.0)

    def finish_join(self, place: int) -> None:
        _, held = self.held.pop(place)
        if finish_render(held, film=self.film, poster=None, found={"frames": 50, "engine": MADE["engine"]}):
            forget(held)

    def finish_seal(self, place: int) -> None:
        _, held = self.held.pop(place)
        columns = {"output_sha256": "c" * 64, "output": "videos/sealed.mp4", "manifest_state": "trusted"}
        if keep(
            held, columns | {"sealed_at": self.now, "heartbeat_at": None}, {"manifest": b"m", "prints": PRINTS}
        ):
            assert self.may(held)

    # ---- always

    @invariant()
    def nobody_agreed_twice_by_one_live_check(self) -> None:
        used = Consent.objects.values_list("live_check", flat=True)
        assert None not in used
        assert len(set(used)) == len(used)

    @invariant()
    def nothing_is_made_of_a_face_that_is_blocked(self) -> None:
        if BlockedFace.objects.filter(lifted_at=None).exists():
            assert not Job.objects.filter(status__in=(*UNFINISHED, Status.IN_REVIEW)).exists()

    @invariant()
    def nothing_withdrawn_is_alive(self) -> None:
        alive = Job.objects.exclude(
            status__in=(Status.CANCELLED, Status.FAILED, Status.REJECTED, Status.TAKEN_DOWN)
        )
        assert not alive.filter(consent__withdrawn_at__isnull=False).exists()
        assert not alive.filter(withdrawal__isnull=False).exists()
        for gone in PurposeWithdrawal.objects.all():
            assert not alive.filter(consent=gone.consent_id, purpose=gone.purpose).exists()

    @invariant()
    def nothing_is_painted_that_nobody_let_pass(self) -> None:
        assert all(self.let_pass(job) for job in Job.objects.filter(status__in=PAINTED))


def test_nothing_goes_on_without_a_consent_that_holds_at_that_moment():
    run_state_machine_as_test(
        Site,
        settings=limits(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a failure is told at once; shrinking it takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
