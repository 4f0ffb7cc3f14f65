"""Signing a finished video: a C2PA manifest that says what it is, what went in, and which mark it carries.

Portrait and recording are named as ingredients by hash alone. Nothing of them is embedded: giving their files to
the C2PA library would put the whole portrait into every video as its thumbnail.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import c2pa

from . import __version__
from .codes import format_code
from .errors import FileRefused, ProvenanceError
from .keys import SigningIdentity

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
SOFT_BINDING = "org.sitter.tss.1"  # our naming mark, version 1 of its pattern
JOB_ASSERTION = "org.sitter.job"
FORMATS = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime"}
SYNTHETIC_VOICE = "The voice is synthetic: a computer read a typed text aloud."
PRODUCT = {"name": "Sitter", "version": __version__}


@dataclass(frozen=True)
class Ingredient:
    """A file that went in, known by its hash."""

    title: str  # what readers see, never the uploader's file name
    format: str  # MIME type
    sha256: str  # of the file as used


@dataclass(frozen=True)
class Claim:
    """What we say about a video. Everything here becomes public with the file."""

    job_id: str
    code: int  # 40 bits, as marked
    consent_reference: str  # opaque; leads to the consent receipt, says nothing by itself
    engine: str
    portrait: Ingredient
    recording: Ingredient
    synthetic_voice: bool = False  # nobody spoke: the recording was made from a text
    title: str = "Talking portrait"
    versions: Mapping[str, str] = field(default_factory=dict)  # part → version or weight hash
    made_at: str = ""  # RFC 3339, when the render ended


def sign(source: Path, out: Path, *, signer: SigningIdentity, claim: Claim) -> None:
    """Write `source` with its manifest to `out`, which appears only when it is complete.

    FileRefused when the file is not an MP4 or MOV that can be signed; ProvenanceError when the signer fails.
    """
    media_type = FORMATS.get(source.suffix.lower())
    if media_type is None or not source.is_file():
        raise FileRefused(
            "not_signable",
            f"{source.name} cannot be signed: manifests go into MP4 and MOV files.",
            "Encode it as MP4 first; nothing was changed.",
        )
    descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    partial = Path(name)
    try:
        with (
            source.open("rb") as unsigned,
            os.fdopen(descriptor, "w+b") as signed,
            c2pa.Signer.from_callback(signer.sign, c2pa.C2paSigningAlg.ES256, signer.chain) as key,
            c2pa.Builder(definition(claim, media_type), c2pa.Context()) as builder,
        ):
            builder.sign(key, media_type, unsigned, signed)
        partial.replace(out)
    except c2pa.C2paError as error:
        raise ProvenanceError(
            "signing_failed",
            f"{source.name} could not be signed: {error}",
            "The unsigned video is unchanged. Check the certificate chain and the key, then sign again.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def definition(claim: Claim, media_type: str) -> dict[str, Any]:
    """The manifest as the C2PA library takes it (C2PA 2.x: actions v2, ingredients v3)."""
    code = format_code(claim.code)
    created: dict[str, Any] = {
        "action": "c2pa.created",
        "digitalSourceType": SOURCE_TYPE,
        "softwareAgent": PRODUCT,
        "parameters": {"ingredientIds": ["portrait", "recording"]},
    }
    if claim.synthetic_voice:
        created["description"] = SYNTHETIC_VOICE
    marked = {"action": "c2pa.watermarked.bound", "softwareAgent": PRODUCT}
    return {
        "claim_generator_info": [PRODUCT],
        "title": claim.title,
        "format": media_type,
        "ingredients": [_ingredient("portrait", claim.portrait), _ingredient("recording", claim.recording)],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created, marked]}},
            {"label": "c2pa.soft-binding", "data": {"alg": SOFT_BINDING, "blocks": [{"scope": {}, "value": code}]}},
            {"label": JOB_ASSERTION, "data": _job(claim, code)},
        ],
    }


def _ingredient(name: str, ingredient: Ingredient) -> dict[str, str]:
    return {
        "title": ingredient.title,
        "format": ingredient.format,
        "relationship": "inputTo",
        "label": name,
        "instance_id": name,
    }


def _job(claim: Claim, code: str) -> dict[str, Any]:
    recording = {"sha256": claim.recording.sha256, "synthetic_voice": claim.synthetic_voice}
    return {
        "job_id": claim.job_id,
        "code": code,
        "consent_reference": claim.consent_reference,
        "engine": claim.engine,
        "versions": dict(claim.versions),
        "made_at": claim.made_at,
        "inputs": {"portrait": {"sha256": claim.portrait.sha256}, "recording": recording},
    }
