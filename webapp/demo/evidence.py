"""What a stranger can find out about the downloaded file, with the commands that anyone has."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from provenance import ledger
from webapp.demo.errors import CannotStart, JourneyFailed
from webapp.demo.site import ROOT

SHEET_COLUMNS, SHEET_ROWS = 6, 2
SHEET_TILE = 256  # px, side of one picture


def provenance(env: Mapping[str, str], command: str, video: Path) -> dict[str, Any]:
    """The JSON of `python -m provenance identify|verify VIDEO --json`."""
    done = subprocess.run(
        [sys.executable, "-m", "provenance", command, str(video), "--json"],
        env=dict(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout.strip():
        raise CannotStart(f"python -m provenance {command} said nothing.", done.stderr[-2000:])
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def contact_sheet(video: Path, out: Path, *, frames: int) -> Path:
    """Pictures spread evenly over the video's `frames`, in one PNG."""
    every = max(1, frames // (SHEET_COLUMNS * SHEET_ROWS))
    picture = (
        f"select='not(mod(n-{every // 2},{every}))',scale={SHEET_TILE}:-2,"
        f"tile={SHEET_COLUMNS}x{SHEET_ROWS}:padding=4:color=white"
    )
    subprocess.run(
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(video)),
            *("-vf", picture, "-frames:v", "1", "-fps_mode", "passthrough", str(out)),
        ],
        check=True,
    )
    return out


def check_ledger_proof(proof: Mapping[str, Any], video: Path) -> str:
    """Check, with nothing but the answer of the site and the file, that the ledger holds the file: a sentence."""
    leaf, facts = str(proof["leaf"]).encode(), proof["facts"]
    if not ledger.leaf_opens(leaf, "facts", bytes.fromhex(facts["salt"]), facts["value"]):
        raise JourneyFailed("The ledger's entry binds other facts.")
    if facts["value"]["data"]["output_sha256"] != hashlib.sha256(video.read_bytes()).hexdigest():
        raise JourneyFailed("The ledger's entry is about another file.")
    path = [bytes.fromhex(step) for step in proof["path"]]
    root = bytes.fromhex(proof["root"])
    if not ledger.verify_inclusion(ledger.leaf_hash(leaf), proof["index"], proof["tree_size"], path, root):
        raise JourneyFailed("The ledger's proof does not lead from the entry to the root.")
    return (
        f"entry {proof['index']} of {proof['tree_size']}, proven by {len(path)} hashes to root {root.hex()[:16]}…, "
        f"{_sworn(proof)}"
    )


def _sworn(proof: Mapping[str, Any]) -> str:
    if proof["head"] is None:
        return "not signed yet"
    signed = ledger.SignedHead.from_json(proof["head"])
    if (signed.head.tree_size, signed.head.root.hex()) != (proof["tree_size"], proof["root"]):
        raise JourneyFailed("The signed head is another than the one that the proof leads to.")
    if not signed.is_genuine():
        raise JourneyFailed("The signature of the ledger's head is not genuine.")
    return f"signed at {signed.head.timestamp}"
