"""Manifests kept apart from their videos: a folder of CODE*.c2pa, or a site that serves /manifests/CODE.c2pa."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from .codes import format_code
from .errors import FileRefused, ProvenanceError

MAX_BYTES = 4 << 20
SECONDS = 20.0
NOT_THERE = (404, 410)

Fetch = Callable[[int], bytes | None]  # job code → manifest store, None when none is kept


def at(place: str) -> Fetch:
    """The store at a folder or an http(s) address."""
    if place.startswith(("https://", "http://")):
        return lambda code: _download(f"{place.rstrip('/')}/manifests/{format_code(code)}.c2pa")
    folder = Path(place)
    if not folder.is_dir():
        raise FileRefused(
            "no_manifest_store",
            f"There is no folder {folder} with manifests.",
            "Name the folder, or the address of the site, with --from.",
        )
    return lambda code: _newest(folder, format_code(code))


def _newest(folder: Path, code: str) -> bytes | None:
    kept = sorted(folder.glob(f"{code}*.c2pa"), key=lambda path: path.stat().st_mtime)
    return kept[-1].read_bytes() if kept else None


def _download(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 (http or https: see `at`)
            content: bytes = answer.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        if error.code in NOT_THERE:
            return None
        raise _unreachable(url, f"it answered {error.code}") from error
    except OSError as error:
        raise _unreachable(url, "it does not answer") from error
    if len(content) > MAX_BYTES:
        raise _unreachable(url, "its answer is no manifest")
    return content


def _unreachable(url: str, why: str) -> ProvenanceError:
    return ProvenanceError(
        "site_unreachable", f"{url} could not be asked: {why}.", "Try again later; nothing was lost."
    )
