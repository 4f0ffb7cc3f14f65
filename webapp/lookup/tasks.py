"""Work of the look queue."""

from webapp.queue import background


@background
def look_up(look_up_id: str) -> None:
    """Search a suspect for every sign that it was made here."""
    from webapp.lookup import looking

    looking.look_up(look_up_id)


@background
def forget_old_look_ups() -> None:
    """Drop old answers."""
    from webapp.lookup import services

    services.forget_old()
