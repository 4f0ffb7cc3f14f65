"""Signing a finished video: a C2PA manifest that says what it is, what went in, and which mark it carries.

Portrait and recording are named as ingredients by hash alone. Nothing of them is embedded: giving their files to
the C2PA library would put the whole portrait into every video as its thumbnail. The thumbnail is a frame of the
video.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import c2pa
from PIL import Image

from . import __version__, media
from .codes import format_code
from .errors import FileRefused, ProvenanceError
from .signers import SigningIdentity

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
SOFT_BINDING = "org.sitter.tss.2"  # our naming mark, version 2 of its pattern
JOB_ASSERTION = "org.sitter.job"
FORMATS = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime"}
SYNTHETIC_VOICE = "The voice is synthetic: a computer read a typed text aloud."
VOICES = {  # kind of voice → what else the manifest says of it in words
    "synthetic": SYNTHETIC_VOICE,
    "agreed": "The voice is somebody else's, who agrees, as the maker declares.",
    "unproven": "The voice was not shown to be that of the person depicted.",
}
EDITED_FILM = "The person was filmed; mouth and jaw were painted anew for another recording."
THUMBNAIL, THUMBNAIL_SIDE, THUMBNAIL_QUALITY = "thumbnail.jpg", 320, 80  # name, px at most, JPEG
MINING = "cawg.training-mining"
USES = ("ai_inference", "ai_generative_training", "ai_training", "data_mining")  # none of which we allow
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
    receipt_sha256: str = ""  # of the consent's receipt; empty where there is none
    purpose: str = ""  # of the sitter's list, as in the receipt; empty where that has no list
    synthetic_voice: bool = False  # nobody spoke: the recording was made from a text
    voice: Mapping[str, Any] = field(default_factory=dict)  # kind (sitter or a key of VOICES), similarity 0..1
    edited: bool = False  # `portrait` is a film, of which the lips were edited
    title: str = "Talking portrait"
    versions: Mapping[str, str] = field(default_factory=dict)  # part → version or weight hash
    made_at: str = ""  # RFC 3339, when the render ended


def sign(source: Path, out: Path, *, signer: SigningIdentity, claim: Claim) -> bytes:
    """Write `source` with its manifest to `out`, which appears only when it is complete.

    Returns the manifest by itself (a C2PA manifest store, JUMBF), for copies of the video that lose theirs.
    FileRefused when the file is not an MP4 or MOV that can be signed; ProvenanceError when the signer fails.
    """
    media_type = FORMATS.get(source.suffix.lower())
    if media_type is None or not source.is_file():
        raise FileRefused(
            "not_signable",
            f"{source.name} cannot be signed: manifests go into MP4 and MOV files.",
            "Encode it as MP4 first; nothing was changed.",
        )
    video = media.probe(source)
    failed: list[ProvenanceError] = []  # what the signer said: the library drops exceptions of a callback

    def sign_claim(message: bytes) -> bytes:
        try:
            return signer.sign(message)
        except ProvenanceError as error:
            failed.append(error)
            raise

    descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    partial = Path(name)
    try:
        with (
            source.open("rb") as unsigned,
            os.fdopen(descriptor, "w+b") as signed,
            c2pa.Signer.from_callback(
                sign_claim, c2pa.C2paSigningAlg.ES256, signer.chain, signer.time_authority
            ) as key,
            c2pa.Builder(definition(claim, media_type, video), c2pa.Context()) as builder,
        ):
            builder.add_resource(THUMBNAIL, io.BytesIO(_thumbnail(video)))
            manifest: bytes = builder.sign(key, media_type, unsigned, signed)
        partial.replace(out)
        return manifest
    except c2pa.C2paError as error:
        if failed:
            raise failed[0] from error
        raise ProvenanceError(
            "signing_failed",
            f"{source.name} could not be signed: {error}",
            "The unsigned video is unchanged. Check the certificate chain, its end (python -m provenance keys), "
            "the key and the time-stamp authority, then sign again.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def definition(claim: Claim, media_type: str, video: media.Video) -> dict[str, Any]:
    """The manifest as the C2PA library takes it (C2PA 2.x: actions v2, ingredients v3)."""
    code = format_code(claim.code)
    marked = {"action": "c2pa.watermarked.bound", "softwareAgent": PRODUCT}
    return {
        "claim_generator_info": [PRODUCT],
        "title": claim.title,
        "format": media_type,
        "thumbnail": {"format": "image/jpeg", "identifier": THUMBNAIL},
        "ingredients": [
            _ingredient("portrait", claim.portrait, "parentOf" if claim.edited else "inputTo"),
            _ingredient("recording", claim.recording, "inputTo"),
        ],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [*_made(claim), marked]}},
            {"label": "c2pa.soft-binding", "data": {"alg": SOFT_BINDING, "blocks": [{"scope": {}, "value": code}]}},
            {"label": MINING, "data": {"entries": {f"cawg.{use}": {"use": "notAllowed"} for use in USES}}},
            {"label": JOB_ASSERTION, "data": _job(claim, code, video)},
        ],
    }


def _made(claim: Claim) -> list[dict[str, Any]]:
    """How the picture came to be: created from a portrait, or a film opened and edited."""
    kind = "synthetic" if claim.synthetic_voice else claim.voice.get("kind", "")
    words = [EDITED_FILM] * claim.edited + [words for known, words in VOICES.items() if known == kind]
    made: dict[str, Any] = {
        "action": "c2pa.edited" if claim.edited else "c2pa.created",
        "digitalSourceType": SOURCE_TYPE,
        "softwareAgent": PRODUCT,
        "parameters": {"ingredientIds": ["recording"] if claim.edited else ["portrait", "recording"]},
    }
    if words:
        made["description"] = " ".join(words)
    if not claim.edited:
        return [made]
    return [
        {"action": "c2pa.opened", "softwareAgent": PRODUCT, "parameters": {"ingredientIds": ["portrait"]}},
        made,
    ]


def _ingredient(name: str, ingredient: Ingredient, relationship: str) -> dict[str, str]:
    return {
        "title": ingredient.title,
        "format": ingredient.format,
        "relationship": relationship,
        "label": name,
        "instance_id": name,
    }


def _thumbnail(video: media.Video) -> bytes:
    """The video's first frame, small, JPEG."""
    frame = next(media.frames(video, start_s=0.0, length_s=1.0, count=1), None)
    if frame is None:
        raise media.no_picture(video.path)
    picture, file = Image.fromarray(frame), io.BytesIO()
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    picture.save(file, "JPEG", quality=THUMBNAIL_QUALITY)
    return file.getvalue()


def _job(claim: Claim, code: str, video: media.Video) -> dict[str, Any]:
    recording = {"sha256": claim.recording.sha256, "synthetic_voice": claim.synthetic_voice}
    return {
        "job_id": claim.job_id,
        "code": code,
        "consent_reference": claim.consent_reference,
        **({"consent_receipt_sha256": claim.receipt_sha256} if claim.receipt_sha256 else {}),
        **({"purpose": claim.purpose} if claim.purpose else {}),
        **({"voice": dict(claim.voice)} if claim.voice else {}),
        "engine": claim.engine,
        "versions": dict(claim.versions),
        "made_at": claim.made_at,
        "inputs": {"portrait": {"sha256": claim.portrait.sha256}, "recording": recording},
        "video": {
            "width": video.width,
            "height": video.height,
            "frame_rate": video.fps,
            "duration_s": video.duration_s,
            "sound": video.sound,
        },
    }
