"""Work of the intake queue."""

from webapp.queue import background


@background
def check_portrait(portrait_id: str) -> None:
    """Decode, find the face, re-encode, or say why not."""
    from webapp.uploads import checks

    checks.check_portrait(portrait_id)


@background
def check_recording(recording_id: str) -> None:
    """Decode, listen for a voice, re-encode, or say why not."""
    from webapp.uploads import checks

    checks.check_recording(recording_id)


@background
def know_face(portrait_id: str) -> None:
    """Take the face of a portrait from before faces were kept."""
    from webapp.uploads import checks

    checks.know_face(portrait_id)
