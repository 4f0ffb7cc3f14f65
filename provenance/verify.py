"""Is this file's manifest whole, who signed it, and does the picture carry the mark it names?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import FileRefused
from .manifest_reader import Manifest, read_manifest
from .marks import look, naming_mark
from .watermark.detect import Hit, Search
from .watermark.pattern import Pattern


@dataclass(frozen=True)
class Verification:
    """Manifest and mark side by side. `watermark_agrees` is None when there was nothing to compare."""

    manifest: Manifest
    watermark_agrees: bool | None


def verify(path: Path, *, trust_root: bytes | None, key: bytes | None) -> Verification:
    """Check a file's manifest against a root (PEM) and, given the watermark's key, its mark against the manifest.

    FileRefused when there is no such file. Nothing is fetched from the network.
    """
    manifest = read_manifest(Path(path), trust_root=trust_root)
    if key is None or manifest.code is None:
        return Verification(manifest, None)
    try:
        pieces = look(Path(path))
    except FileRefused:  # sound only, or damaged beyond decoding: the manifest's state says so already
        return Verification(manifest, None)
    mark = naming_mark(pieces, Pattern(key), [manifest.code], Search.UPRIGHT).mark  # signed as it was made
    return Verification(manifest, isinstance(mark, Hit) and mark.code == manifest.code)
