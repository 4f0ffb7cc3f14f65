"""The private store in S3; apart from the folder, so that only a site with a bucket loads its client."""

from storages.backends.s3 import S3Storage

from webapp.vault import Locks


class PrivateBucket(Locks, S3Storage):  # type: ignore[misc]  # untyped
    """Objects of an S3-compatible store."""
