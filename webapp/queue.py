"""Putting tasks into the broker, after the transaction that made their reason."""

from __future__ import annotations

from typing import Any

from django.db import transaction


def send_on_commit(task: Any, object_id: object) -> None:
    """Queue `task(id)` once the data it will read is committed.

    A broker that is down is logged and survived: the rescue task queues forgotten work again.
    """
    transaction.on_commit(lambda: task.delay(str(object_id)), robust=True)
