"""Work of the intake queue."""

from webapp.queue import background


@background
def check_live(challenge_id: str) -> None:
    """Measure the film of a live check and judge it."""
    from webapp.consent.live import checking

    checking.check(challenge_id)
