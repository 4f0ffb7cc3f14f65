"""Finding the manifest of a video that lost it: its mark names the job, and a store of manifests has the rest.

A manifest found this way is judged by itself (signature, trust, assertions). That it does not fit the bytes of the
copy is expected, so that the differences are listed instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import media
from .codes import format_code
from .errors import FileRefused
from .manifest_reader import Manifest, read_manifest, read_store
from .manifest_store import Fetch
from .marks import Sighting, look, naming_mark
from .media import Video
from .watermark.detect import Hit
from .watermark.pattern import Pattern

SAME_S = 0.15  # seconds by which containers disagree about one length
SAME_FPS = 0.05
SAME_SCALE, SAME_TURN = 0.01, 0.3  # share; degrees


@dataclass(frozen=True)
class Difference:
    """One thing in which the copy is not what was signed."""

    what: str
    signed: str
    copy: str


@dataclass(frozen=True)
class Recovery:
    """The manifest that belongs to a copy."""

    job_code: str
    manifest: Manifest  # judged by itself, not against the copy's bytes
    store: bytes  # the manifest as signed, C2PA JUMBF; empty when the copy still has its own
    differences: tuple[Difference, ...]


def recover(
    path: Path, *, key: bytes, fetch: Fetch, codes: Iterable[int] | None = None, trust_root: bytes | None = None
) -> Recovery:
    """Find the manifest of a copy through its mark, and say how the copy differs from what was signed.

    key: of the watermark. codes: issued codes, tried where the blind reading fails. trust_root: PEM. FileRefused
    when there is no picture, no mark, or no manifest for the code.
    """
    path = Path(path)
    video = media.probe(path)
    own = read_manifest(path, trust_root=trust_root)
    if own.state in ("trusted", "valid") and own.code is not None:
        return Recovery(format_code(own.code), own, b"", ())
    sighting = naming_mark(look(path), Pattern(key), codes)
    if not isinstance(sighting.mark, Hit):
        raise FileRefused(
            "no_mark",
            f"{path.name} carries no mark of this site, so that nothing leads to a manifest.",
            "Try a better copy, or give the list of issued codes with --codes; nothing was changed.",
        )
    code = format_code(sighting.mark.code)
    store = fetch(sighting.mark.code)
    if store is None:
        raise FileRefused(
            "no_manifest_kept",
            f"The mark names job {code}, but no manifest is kept for it there.",
            "It may never have been published, or have been taken down since. Ask the site with the code.",
        )
    manifest = read_store(store, trust_root=trust_root)
    if manifest.code != sighting.mark.code:
        raise FileRefused(
            "wrong_manifest",
            f"The manifest kept for job {code} names another job.",
            "Do not rely on where it came from; ask the site itself with the code.",
        )
    return Recovery(code, manifest, store, tuple(_differences(video, sighting, manifest)))


def _differences(video: Video, sighting: Sighting, manifest: Manifest) -> Iterable[Difference]:
    yield Difference("bytes", "as signed", "others: re-encoded, or edited")
    signed = manifest.job.get("video", {})
    size = f"{signed.get('width')} × {signed.get('height')} px"
    here = f"{video.width} × {video.height} px"
    if here != size:
        yield Difference("picture size", size, here)
    mark = sighting.mark
    assert isinstance(mark, Hit)
    place = mark.place
    if abs(place.scale - 1.0) > SAME_SCALE:
        yield Difference("scale", "100 %", f"{place.scale:.1%}".replace("%", " %"))
    if abs(place.aspect - 1.0) > SAME_SCALE:
        yield Difference("width against height", "100 %", f"{place.aspect:.1%}".replace("%", " %"))
    if abs(place.turn) > SAME_TURN:
        yield Difference("rotation", "0°", f"{place.turn:.1f}°")
    if place.mirrored:
        yield Difference("mirrored", "no", "yes")
    yield from _in_time(video, sighting, signed)


def _in_time(video: Video, sighting: Sighting, signed: dict[str, object]) -> Iterable[Difference]:
    length, pace = signed.get("duration_s"), signed.get("frame_rate")
    if video.duration_s is None:
        yield Difference("length", f"{length} s", "a still picture")
        return
    if isinstance(length, (int, float)) and abs(video.duration_s - length) > SAME_S:
        yield Difference("length", f"{length:g} s", f"{video.duration_s:g} s")
        if sighting.segment_s and video.duration_s > length:
            start, end = sighting.segment_s
            yield Difference("our part", "all of it", f"about {start:g} s to {end:g} s")
    if isinstance(pace, (int, float)) and abs(video.fps - pace) > SAME_FPS:
        yield Difference("frames a second", f"{pace:g}", f"{video.fps:g}")
    if bool(signed.get("sound")) != video.sound:
        yield Difference(
            "sound", "with sound" if signed.get("sound") else "silent", "with" if video.sound else "none"
        )
