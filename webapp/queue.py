"""Putting tasks into the broker, after the transaction that made their reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db import transaction


def background(work: Callable[..., None]) -> Any:
    """Make `work` a Celery task. Its queue is in the settings."""
    return shared_task(work)


def send_on_commit(task: Any, object_id: object) -> None:
    """Queue `task(id)` once the data it will read is committed.

    A broker that is down is logged and survived: the rescue task queues forgotten work again.
    """
    transaction.on_commit(lambda: task.delay(str(object_id)), robust=True)
