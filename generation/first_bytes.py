"""What the first bytes of a file tell of its kind, before anything decodes it."""

from __future__ import annotations

HEAD_BYTES = 32  # enough to tell
WEBM = b"\x1aE\xdf\xa3"
# ISO base media files that hold pictures: AVIF and HEIC.
PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def is_film(head: bytes) -> bool:
    """Whether the first bytes (12 or more) of a file begin an MP4, MOV or WebM."""
    return head.startswith(WEBM) or (head[4:8] in (b"ftyp", b"moov", b"mdat") and head[8:12] not in PICTURE_BRANDS)
