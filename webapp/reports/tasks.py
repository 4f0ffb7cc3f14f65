"""Upkeep."""

from webapp.queue import background


@background
def forget_old_reports() -> None:
    """Erase who reported what was answered long ago."""
    from webapp.reports import services

    services.forget_old()
