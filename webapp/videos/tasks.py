"""Work of the gpu and seal queues."""

from webapp.queue import background


@background
def render_video(job_id: str) -> None:
    """Analyse, listen, plan, render, mark, encode."""
    from webapp.videos import rendering

    rendering.render_video(job_id)


@background
def seal_video(job_id: str) -> None:
    """Sign, verify, enter into the ledger, hand to review."""
    from webapp.videos import sealing

    sealing.seal_video(job_id)


@background
def rescue_lost_work() -> None:
    """Queue again what lost its worker or its message."""
    from webapp.videos import rescue

    rescue.rescue_lost_work()
