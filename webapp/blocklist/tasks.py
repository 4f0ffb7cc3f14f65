"""Work of the intake queue."""

from webapp.queue import background


@background
def take_face(face_id: str) -> None:
    """Take the face of an administrator's picture and delete the picture."""
    from webapp.blocklist import services

    services.take_face(face_id)
