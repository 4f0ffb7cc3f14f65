"""Shared by all lanes: tests use this machine's fetched weights, whatever data folder they run in."""

import os
from pathlib import Path

os.environ.setdefault("SITTER_WEIGHTS", str(Path(__file__).parents[1] / "var" / "weights"))
