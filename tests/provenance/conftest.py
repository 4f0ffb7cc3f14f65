"""One site's keys and one of its videos, made once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance import keys
from provenance.manifest import Claim, Ingredient, sign
from tests.provenance import clips


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> keys.KeySet:
    """A data folder's keys, the watermark's being the one that the clips are marked with."""
    folder = tmp_path_factory.mktemp("site") / "keys"
    made = keys.create(folder)
    made.watermark.write_bytes(clips.KEY)
    return made


@pytest.fixture(scope="session")
def claim() -> Claim:
    return Claim(
        job_id="41",
        code=clips.CODE,
        consent_reference="consent-7",
        engine="geometric",
        portrait=Ingredient("Portrait", "image/png", "a" * 64),
        recording=Ingredient("Recording", "audio/flac", "b" * 64),
        versions={"sitter": "0.1.0"},
        made_at="2026-11-23T02:00:00Z",
    )


@pytest.fixture(scope="session")
def plain_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 s that were never marked."""
    return clips.encode(clips.sway(), tmp_path_factory.mktemp("plain") / "plain.mp4")


@pytest.fixture(scope="session")
def marked_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 s with both marks, as encoded for delivery."""
    return clips.encode(clips.marked(clips.sway()), tmp_path_factory.mktemp("marked") / "marked.mp4")


@pytest.fixture(scope="session")
def signed_video(
    marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same with its manifest: what a creator downloads."""
    out = tmp_path_factory.mktemp("signed") / "signed.mp4"
    sign(marked_video, out, signer=keys.load_identity(site.folder), claim=claim)
    return out
