"""The Celery application. Queues: intake (checks of uploads), gpu (renders), seal (signing and upkeep), look
(suspect videos)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

app = Celery("sitter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
