"""Work of the seal queue."""

from webapp.queue import background


@background
def put_together(package_id: str) -> None:
    """Gather, sign and store a package of evidence."""
    from webapp.evidence import services

    services.put_together(package_id)
