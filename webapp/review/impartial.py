"""Nobody decides on a video of their own."""

from __future__ import annotations

from webapp.accounts.models import User
from webapp.errors_text import Refused
from webapp.videos.models import Job


def require_stranger(reviewer: User, *videos: Job) -> None:
    """Refused where one of `videos` is the reviewer's own."""
    if any(video.owner_id == reviewer.pk for video in videos):
        raise Refused("own_video")
