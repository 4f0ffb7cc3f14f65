"""Work of the gpu and seal queues."""

from webapp.queue import background


@background
def render_video(job_id: str) -> None:
    """Analyse, listen, plan, render, mark, encode."""
    from webapp.videos import rendering

    rendering.render_video(job_id)


@background
def paint_segment(segment_id: str) -> None:
    """Paint, mark and encode some frames of a long video."""
    from webapp.videos import segments

    segments.paint_segment(segment_id)


@background
def join_video(job_id: str) -> None:
    """Put the segments of a long video together, with its sound."""
    from webapp.videos import segments

    segments.join_video(job_id)


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


@background
def end_old_videos() -> None:
    """Take down what is out under consents that are over, where their sitters chose that."""
    from webapp.videos import services

    services.end_old_videos()


@background
def look_at_certificate() -> None:
    """Tell reviewers in time that the signer's certificate ends."""
    from django.conf import settings

    from webapp.videos import certificate

    certificate.look(settings.KEYS)
