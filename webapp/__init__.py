"""The website: who may do what, and what happened."""

from webapp.celery import app as celery_app

VERSION = "0.1.0"  # of pyproject.toml; recorded with every video
__all__ = ["VERSION", "celery_app"]
