"""Shared by all lanes: this machine's fetched weights in whatever data folder tests run, and an empty shelf."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SITTER_WEIGHTS", str(Path(__file__).parents[1] / "var" / "weights"))
_shelf = tempfile.TemporaryDirectory(prefix="sitter-shelf-")  # removed with the process
os.environ.setdefault("SITTER_CACHE", _shelf.name)
