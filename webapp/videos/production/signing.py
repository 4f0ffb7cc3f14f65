"""The release gate and the seal: the mark is tried, the manifest is signed, both are read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Trial:
    """Whether the mark of a finished film survived what happens to films."""

    survived: bool
    score: float
    stronger: float  # strength with which to mark a film that did not pass


def try_mark(film: Path, *, code: int, watermark_key: Path) -> Trial:
    """The release gate: read the mark from a damaged copy of the film's weakest part."""
    from provenance import gate
    from provenance.keys import load_watermark_key

    found = gate.check(film, code, load_watermark_key(watermark_key))
    return Trial(found.survived, found.score, gate.STRONGER)


@dataclass(frozen=True)
class SealFacts:
    """What the manifest says about a job. It becomes public with the file."""

    title: str
    code: int
    job_id: str
    consent_id: str
    receipt_sha256: str  # of the consent; empty where it has no receipt
    purpose: str  # what the sitter let it be made for; empty where the consent has no list of purposes
    portrait_type: str  # MIME type; a film's where its lips were edited
    portrait_sha256: str
    recording_sha256: str
    synthetic_voice: bool
    voice: dict[str, Any]  # kind and similarity: whose it is; empty for videos from before that was asked
    engine: dict[str, Any]  # name, version, weights
    made_at: datetime


@dataclass(frozen=True)
class Seal:
    """What was found in the file just signed."""

    manifest_state: str  # trusted, valid, invalid, missing
    mark_confirmed: bool
    manifest: bytes  # by itself, for copies that lose theirs
    prints: bytes  # how it looks and sounds; provenance.fingerprints.Prints


def seal(rendered: Path, out: Path, *, facts: SealFacts, keys: Path, trust_root: Path, watermark_key: Path) -> Seal:
    """Sign `rendered` into `out`, then read back the manifest and the mark as a stranger would."""
    from provenance.fingerprints import take
    from provenance.keys import load_identity, load_trust_root, load_watermark_key
    from provenance.manifest import Claim, Ingredient, sign
    from provenance.verify import verify

    weights = {weight["name"]: weight["sha256"] for weight in facts.engine.get("weights", [])}
    voice = "Synthetic voice reading a typed text" if facts.synthetic_voice else "Recording"
    edited = facts.portrait_type.startswith("video/")
    claim = Claim(
        job_id=facts.job_id,
        code=facts.code,
        consent_reference=facts.consent_id,
        receipt_sha256=facts.receipt_sha256,
        purpose=facts.purpose,
        engine=facts.engine.get("name", ""),
        portrait=Ingredient("Film" if edited else "Portrait", facts.portrait_type, facts.portrait_sha256),
        recording=Ingredient(voice, "audio/flac", facts.recording_sha256),
        synthetic_voice=facts.synthetic_voice,
        voice=facts.voice,
        edited=edited,
        title=facts.title,
        versions={"sitter": facts.engine.get("version", ""), **weights},
        made_at=facts.made_at.isoformat(),
    )
    manifest = sign(rendered, out, signer=load_identity(keys), claim=claim)
    found = verify(out, trust_root=load_trust_root(trust_root), key=load_watermark_key(watermark_key))
    return Seal(found.manifest.state, bool(found.watermark_agrees), manifest, take(out).as_bytes())
