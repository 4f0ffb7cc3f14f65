"""Who and what is there when the gallery is made: rows as the services leave them, with the samples' pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests.webapp.factories import (
    PASSWORD,
    make_consent,
    make_job,
    make_live_check,
    make_portrait,
    make_recording,
    make_user,
)
from webapp.accounts.models import Role, User
from webapp.blocklist.models import BlockedFace
from webapp.consent import answering, asking
from webapp.consent.live.models import Challenge
from webapp.consent.live.models import State as LiveState
from webapp.consent.models import Answer, Consent, Depicted, Request
from webapp.consent.portal import withdraw_purpose, withdraw_video
from webapp.consent.services import default_expiry, withdraw_consent
from webapp.demo.site import ROOT
from webapp.lookup.models import LookUp
from webapp.moderation.appeals import appeal
from webapp.moderation.findings import gather
from webapp.moderation.services import keep as hold
from webapp.reports.models import Report
from webapp.reports.services import Said, send_report
from webapp.review.models import Decision
from webapp.uploads.models import Portrait, Recording, State
from webapp.videos.models import Job, Status

SAMPLE = ROOT / "samples" / "portrait_a.png"
FILM = ROOT / "webapp" / "static" / "sitter" / "img" / "sample.mp4"
SIDE = 512  # px of the portraits
PURPOSES = ("teaching", "news", "advertising")


class House:
    """A site in use: one creator with everything that can be, their sitters, and the staff."""

    def __init__(self) -> None:
        self.creator = make_user(name="Mara Lindqvist")
        self.newcomer = make_user(name="Nils")
        self.reviewer = make_user(Role.REVIEWER, name="Ines Okafor")
        self.other = make_user(Role.REVIEWER, name="Jun Ito")
        TOTP.activate(self.other, generate_totp_secret())
        RecoveryCodes.activate(self.other)
        self.auditor = make_user(Role.AUDITOR, name="Tomás Reyes")
        self.admin = make_user(Role.ADMIN, name="Root")
        self.portrait = self.picture(title="Edda, by the window")
        self.recordings = {state: self.sound(state) for state in State}
        self.portraits = {state: self.picture(state, title=f"A portrait, {state.label.lower()}") for state in State}
        self.consent, link = self.agreement("A course about the harbour, in three languages", PURPOSES)
        self.sitter = Client()
        self.sitter.get(link)
        self.jobs = {status: self.video(status) for status in Status}
        self.published = self.jobs[Status.PUBLISHED]
        self.appealed = self.jobs[Status.REJECTED]
        appeal(job=self.appealed, by=self.creator, words="It is quieter than it looks. Please listen again.")
        self.taken_back = self.video(Status.RUNNING, purpose="news")
        withdraw_video(self.video(Status.PUBLISHED, title="The tide tables"))
        withdraw_purpose(self.consent, "news")
        self.live = {state: self.live_check(state) for state in LiveState}
        self.link_with_code = self.agreement("Greetings", ("family",), email="edda@example.org")[1]
        self.withdrawn, self.link_of_withdrawn = self.agreement("An advertisement for boats", ("advertising",))
        withdraw_consent(consent=self.withdrawn, by=None)
        self.loose_report = self.reports()
        self.blocked = BlockedFace.objects.create(
            source="ADMIN",
            by=self.admin,
            reason="Asked for by letter.",
            embedding=bytes(512),
            taken_at=timezone.now(),
        )

    def of(self, user: User, *, just_now: bool = False) -> Client:
        """A browser in which somebody is logged in; `just_now`, so that nobody asks for the password again."""
        client = Client()
        client.force_login(user)
        if just_now:
            client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    @cached_property
    def pixels(self) -> bytes:
        file = io.BytesIO()
        Image.open(SAMPLE).convert("RGB").resize((SIDE, SIDE)).save(file, "PNG")
        return file.getvalue()

    def picture(self, state: State = State.READY, **fields: Any) -> Portrait:
        """A portrait of the sample; no two have the same bytes."""
        told: dict[str, Any] = {"width": SIDE, "height": SIDE, "crop": [40, 40, 480, 480]} | fields
        if state == State.NEEDS_CHOICE:
            told["faces"] = [[60, 60, 240, 300], [280, 60, 460, 300]]
        if state == State.REFUSED:
            told |= {"message": "We couldn't find a face in this photo.", "hint": "Choose one with a single face."}
        content = self.pixels + str(Portrait.objects.count()).encode()  # after the end of the picture
        portrait = make_portrait(self.creator, state, content, title=told.pop("title", "Edda"))
        Portrait.objects.filter(pk=portrait.pk).update(**told)
        portrait.refresh_from_db()
        return portrait

    def sound(self, state: State) -> Recording:
        said: dict[str, Any] = {"title": f"Welcome, {state.label.lower()}", "duration_s": 7.4, "voice_share": 0.8}
        if state == State.REFUSED:
            said |= {"message": "This recording is silent from beginning to end.", "hint": "Choose another."}
        return make_recording(self.creator, state, **said)

    def agreement(self, words: str, purposes: tuple[str, ...], **said: Any) -> tuple[Consent, str]:
        """A sitter's consent by link, and the path of their private link."""
        portrait = self.portrait if words.startswith("A course") else self.picture(title=words)
        until = default_expiry()
        request, _ = asking.ask(by=self.creator, portrait=portrait, purpose=words, until=until, purposes=purposes)
        make_live_check(portrait, request=request)
        terms = answering.Terms("Edda Halvorsen", words, until, purposes=purposes, **said)
        consent, token = answering.agree(request=request, terms=terms, portal="https://site.example/sitter/")
        return consent, reverse("sitter:portal-link", args=[token])

    def video(self, status: Status, **fields: Any) -> Job:
        told: dict[str, Any] = {"title": f"The harbour, {status.label.lower()}", "purpose": "teaching"} | fields
        recording = self.recordings[State.READY]
        job = make_job(
            self.creator, status, portrait=self.portrait, recording=recording, consent=self.consent, **told
        )
        if job.output:
            job.output.save("sealed.mp4", ContentFile(FILM.read_bytes()))
            job.poster.save("poster.png", ContentFile(self.pixels))
        if status == Status.RUNNING:
            running = {"stage": "render", "stage_done": 80, "stage_total": 185, "progress": 0.43, "eta_s": 31.0}
            Job.objects.filter(pk=job.pk).update(**running)
        if status == Status.FAILED:
            Job.objects.filter(pk=job.pk).update(message="The render broke.", hint="Try again; nothing is lost.")
        if status in (Status.REJECTED, Status.PUBLISHED):
            verdict = "REJECTED" if status == Status.REJECTED else "APPROVED"
            Decision.objects.create(job=job, reviewer=self.reviewer, verdict=verdict, reason="It is too loud.")
        if status == Status.HELD:
            nobody = make_consent(self.portraits[State.READY], depicted=Depicted.NOBODY_LIVING)
            hold(job=job, findings=gather(nobody.portrait, recording, nobody))
        job.refresh_from_db()
        return job

    def live_check(self, state: LiveState) -> Challenge:
        outcome = "pass" if state == LiveState.PASSED else "unsure"
        told = {"name": "face", "outcome": outcome, "number": 0.47, "sentence": "The face is hard to see."}
        checks = [told | {"again": "Sit where there is light."}, told | {"name": "phrase", "outcome": "pass"}]
        fields: dict[str, Any] = {"checks": checks} if state in (LiveState.UNSURE, LiveState.FAILED) else {}
        moves = [{"kind": "turn_left", "at_s": 4.0}, {"kind": "turn_right", "at_s": 7.0}]
        return make_live_check(self.picture(title="Me"), state=state, moves=moves, **fields)

    def consents(self) -> Iterator[tuple[str, Consent]]:
        """In each state."""
        now = timezone.now()
        yield "valid", self.consent
        yield "withdrawn", self.withdrawn
        days = {"given_at": now - timedelta(days=9), "expires_at": now - timedelta(days=1)}
        yield "over", make_consent(self.portrait, **days)

    def question(self, **said: Any) -> dict[str, Any]:
        """Fields of the form by which a sitter is asked."""
        asked = {"asked_as": "Edda's school", "purposes": PURPOSES, "purpose": "A course"}
        return asked | {"until": default_expiry().isoformat()} | said

    def _request(self, **fields: Any) -> tuple[Request, str]:
        asked = {"purposes": PURPOSES, "purpose": "A course about the harbour", "until": default_expiry()}
        portrait, recording = self.picture(title="Edda"), self.recordings[State.READY]
        request, token = asking.ask(by=self.creator, portrait=portrait, recording=recording, **asked)
        Request.objects.filter(pk=request.pk).update(**fields)
        return request, reverse("sitter:agree-link", args=[token])

    def requests(self) -> Iterator[tuple[str, str]]:
        """Links to questions in each state."""
        yield "open", self._request()[1]
        yield "taken back", self._request(answer=Answer.REVOKED)[1]
        yield "too old", self._request(ends_at=timezone.now())[1]
        for state in (LiveState.PASSED, LiveState.UNSURE, LiveState.FAILED):
            request, link = self._request()
            self._choose(link)
            request.live_checks.update(state=state, drawn_at=timezone.now(), finished_at=timezone.now())
            yield f"chosen, check {state.lower()}", link

    def request_to_refuse(self) -> str:
        return self._request()[1]

    def _choose(self, link: str) -> Client:
        phone = Client()
        phone.get(link)
        said = {"full_name": "Edda Halvorsen", "is_me": "on", "language": "en", "purposes": ["teaching"]}
        phone.post(reverse("sitter:agree"), self.question(**said))
        return phone

    def agreed_just_now(self) -> tuple[Client, str]:
        """A phone, and the page after the last word of a sitter."""
        request, link = self._request()
        phone = self._choose(link)
        request.live_checks.update(state=LiveState.PASSED, drawn_at=timezone.now(), finished_at=timezone.now())
        return phone, phone.post(reverse("sitter:finish")).content.decode()

    def erased_just_now(self) -> str:
        """The page after an erasure."""
        phone = Client()
        phone.get(self.agreement("Nothing", ("other",))[1])
        return phone.post(reverse("sitter:erase")).content.decode()

    def found(self, verdict: str = "made_here") -> dict[str, Any]:
        """What a look-up has found."""
        yes = verdict != "no_sign"
        names = ("naming_mark", "second_layer", "manifest", "fingerprint")
        signals = [
            {"name": name, "found": yes and place != 2, "confidence": 0.9999, "detail": "score 41.2"}
            for place, name in enumerate(names)
        ]
        code = self.published.code_hex if yes else None
        return {"verdict": verdict, "job_code": code, "segment_s": [0.0, 7.4], "signals": signals}

    def look_ups(self) -> Iterator[tuple[str, LookUp]]:
        """In each state, of strangers."""
        yield "waiting", LookUp.objects.create()
        yield "looking", LookUp.objects.create(state="LOOKING", progress=0.4)
        refused = {
            "state": "REFUSED",
            "message": "We could not read this file.",
            "hint": "Save it again as an MP4.",
        }
        yield "refused", LookUp.objects.create(**refused)
        for verdict in ("made_here", "probably_made_here", "no_sign"):
            job = self.published if verdict != "no_sign" else None
            yield verdict, LookUp.objects.create(state="DONE", found=self.found(verdict), job=job)
        gone = LookUp.objects.create(state="DONE", found=self.found(), job=self.jobs[Status.TAKEN_DOWN])
        yield "taken down", gone

    def reports(self) -> Report:
        hidden = self.jobs[Status.HIDDEN]
        said = {"stands": "MYSELF", "words": "I never agreed to this.", "contact": "edda@example.org"}
        Report.objects.create(job=hidden, urgent=True, formal=True, name="Edda", wrong=["SEXUAL"], **said)
        return Report.objects.create(
            urgent=False, formal=False, wrong=["DECEIVES"], video="https://v.example/x", **said
        )

    def report_links(self) -> Iterator[tuple[str, str]]:
        """Private links of reports, as their senders have them."""
        said = Said("MYSELF", ["NOT_AGREED"], video=self.published.code_hex, words="Please look.")
        report, address = send_report(said=said, pages=reverse("reports:mine"))
        yield "open", address
        _, address = send_report(said=said, pages=reverse("reports:mine"))
        answered = {"outcome": "KEPT", "answer": "Its sitter agreed to it.", "decided_by": self.reviewer}
        Report.objects.exclude(pk=report.pk).filter(token_hash__isnull=False, outcome="OPEN").update(
            **answered, decided_at=timezone.now()
        )
        yield "answered", address
