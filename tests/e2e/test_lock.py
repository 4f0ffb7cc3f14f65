"""pyproject.toml and requirements/lock.txt agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _pins(lines: list[str]) -> dict[str, str]:
    found = (re.fullmatch(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", line.strip()) for line in lines)
    return {re.sub(r"[-_.]+", "-", match[1]).lower(): match[2] for match in found if match}


def test_every_direct_dependency_is_locked_at_its_pin() -> None:
    """A package added to one file only would work on one machine only."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = _pins(project["dependencies"] + project["optional-dependencies"]["dev"])
    locked = _pins((ROOT / "requirements/lock.txt").read_text().splitlines())
    assert direct
    assert {name: locked.get(name) for name in direct} == direct
