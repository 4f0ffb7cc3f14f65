"""Work of the intake queue."""

from celery import shared_task


@shared_task
def check_portrait(portrait_id: str) -> None:
    """Decode, find the face, re-encode, or say why not."""
    from webapp.uploads import checks

    checks.check_portrait(portrait_id)


@shared_task
def check_recording(recording_id: str) -> None:
    """Decode, listen for a voice, re-encode, or say why not."""
    from webapp.uploads import checks

    checks.check_recording(recording_id)
