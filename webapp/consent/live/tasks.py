"""Work of the intake queue; the rounds are the seal worker's, which is seldom busy."""

from webapp.queue import background


@background
def check_live(challenge_id: str) -> None:
    """Measure the film of a live check and judge it."""
    from webapp.consent.live import checking

    checking.check(challenge_id)


@background
def forget_unused_films() -> None:
    """Delete films of sitters that nobody needs any more."""
    from webapp.consent.live import keeping

    keeping.forget_unused_films()
