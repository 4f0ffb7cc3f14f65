"""Files that operators may edit: the rules, and the calendar of elections."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

LANGUAGE = re.compile("[a-z]{2}")  # ISO 639-1, as recognisers write it


class BadRules(ValueError):
    """A file of rules or elections that can't be used; says where and why."""


def changed_at(path: Path) -> int:
    """When the file was last changed, ns. Raises BadRules."""
    try:
        return path.stat().st_mtime_ns
    except OSError as missing:
        raise BadRules(f"{path} can't be read ({missing.strerror})") from missing


def read(path: Path) -> dict[str, Any]:
    """What a TOML file says. Raises BadRules."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise BadRules(f"{path} is not TOML: {broken}") from broken
