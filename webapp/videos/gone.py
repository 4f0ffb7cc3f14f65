"""What the addresses of a video's files answer once it was taken down: that it was, and why."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from webapp.accounts.permissions import user_of
from webapp.videos.models import Job, Status

NO_COPY = "private, no-store"
View = Callable[..., HttpResponseBase]


def gone(job: Job) -> HttpResponse:
    """410, in words; no cache keeps it or what was there before."""
    text = f"This video was taken down. {job.message}".strip()
    said = HttpResponse(text, content_type="text/plain; charset=utf-8", status=HTTPStatus.GONE)
    said["Cache-Control"] = NO_COPY
    return said


def gone_when_taken_down(view: View) -> View:
    """Let a view of one video's file answer so to its maker. Reviewers go on seeing what they decide about."""

    @wraps(view)
    def answer(request: HttpRequest, job_id: UUID, **more: object) -> HttpResponseBase:
        user = user_of(request)
        job = None if user.is_reviewer else user.jobs.filter(pk=job_id, status=Status.TAKEN_DOWN).first()
        answered = gone(job) if job else view(request, job_id, **more)
        answered.headers.setdefault("Cache-Control", NO_COPY)
        return answered

    return answer
