"""The one exception of the demo: something on this machine stands in its way."""

from __future__ import annotations

from pathlib import Path


class CannotStart(Exception):
    """What happened, what explains it, and the log to read; shown as it is, without a traceback."""

    def __init__(self, message: str, hint: str = "", log: Path | None = None) -> None:
        super().__init__("\n  ".join([message, *hint.splitlines(), *([f"The whole log: {log}"] if log else [])]))


class JourneyFailed(Exception):
    """The site said no where the main job needs a yes; the message quotes the page."""
