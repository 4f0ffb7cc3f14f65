"""Reading a C2PA manifest, in the file that it belongs to or apart from it, whoever wrote it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import c2pa

from .codes import parse_code
from .errors import FileRefused
from .manifest import JOB_ASSERTION

State = Literal["trusted", "valid", "invalid", "missing"]
SENTENCES: dict[State, str] = {
    "trusted": "The manifest is whole, and its signer leads to the root that you trust.",
    "valid": "The manifest is whole, but nobody you trust vouches for its signer: anyone can make such a signer.",
    "invalid": "The manifest does not fit the file: something was changed after signing.",
    "missing": "The file carries no manifest. Re-encoding and most websites remove it; this alone proves nothing.",
}
EXPIRED = (
    "The manifest is whole, but its signer's certificate has ended since, and no time stamp that you trust shows "
    "that it was signed before."
)
END = {"signingCredential.expired", "signingCredential.untrusted"}  # all that is wrong when only time has passed
SIGNED = "claimSignature.validated"
ELSEWHERE = "assertion.bmffHash.mismatch"  # what a manifest says of a file that is not the one it was signed with
APART = "application/c2pa"  # a manifest by itself
NETWORK_OFF = {"remote_manifest_fetch": False, "ocsp_fetch": False}  # a stranger's file may not send us anywhere

# First bytes → MIME type; names may lie.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyp", "video/mp4"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/avi"),
)


@dataclass(frozen=True)
class Manifest:
    """What the reader found; `job` is our own assertion, empty when there is none."""

    state: State
    signer: str | None
    failures: tuple[str, ...]
    job: dict[str, Any]

    @property
    def code(self) -> int | None:
        """The job code that the manifest names."""
        try:
            return parse_code(str(self.job["code"]))
        except (KeyError, ValueError):
            return None

    @property
    def sentence(self) -> str:
        """The state for people."""
        return EXPIRED if "signingCredential.expired" in self.failures else SENTENCES[self.state]


def read_manifest(path: Path, *, trust_root: bytes | None) -> Manifest:
    """The file's active manifest and its state."""
    media_type = _media_type(path)
    if media_type is None:
        return Manifest("missing", None, (), {})
    with path.open("rb") as file:
        return _read(media_type, file, trust_root)


def read_store(store: bytes, *, trust_root: bytes | None) -> Manifest:
    """A manifest that is not in its file: its state says whether it is whole by itself."""
    return _read(APART, io.BytesIO(store), trust_root)


def _read(media_type: str, file: IO[bytes], trust_root: bytes | None) -> Manifest:
    settings: dict[str, Any] = {"verify": {"verify_trust": True, **NETWORK_OFF}}
    if trust_root is not None:
        settings["trust"] = {"trust_anchors": trust_root.decode("ascii")}
    try:
        with c2pa.Reader(media_type, file, context=c2pa.Context(c2pa.Settings.from_dict(settings))) as reader:
            return _report(json.loads(reader.json()), apart=media_type == APART)
    except c2pa.C2paError.ManifestNotFound:
        return Manifest("missing", None, (), {})
    except c2pa.C2paError as error:
        return Manifest("invalid", None, (f"unreadable: {error}",), {})


def _report(store: dict[str, Any], *, apart: bool) -> Manifest:
    active = store["manifests"][store["active_manifest"]]
    results = store.get("validation_results", {}).get("activeManifest", {})
    passed = {str(success["code"]) for success in results.get("success", [])}
    failed = {str(failure["code"]) for failure in results.get("failure", [])} - ({ELSEWHERE} if apart else set())
    signature = active.get("signature_info", {})
    signer = ", ".join(part for part in (signature.get("common_name"), signature.get("issuer")) if part)
    job: Any = next((a["data"] for a in active.get("assertions", []) if a["label"] == JOB_ASSERTION), {})
    state = _state(store.get("validation_state"), passed, failed, apart=apart)
    return Manifest(state, signer or None, tuple(sorted(failed)), job if isinstance(job, dict) else {})


def _state(said: str | None, passed: set[str], failed: set[str], *, apart: bool) -> State:
    if failed - END or SIGNED not in passed or (said == "Invalid" and not failed and not apart):
        return "invalid"
    return "trusted" if not failed and "signingCredential.trusted" in passed else "valid"


def _media_type(path: Path) -> str | None:
    """MIME type by content; None for kinds that cannot carry a manifest."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise FileRefused(
            "file_missing", f"{path} cannot be read ({error.strerror}).", "Check the name; nothing was changed."
        ) from error
    for offset, signature, media_type in SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return media_type
    return None
