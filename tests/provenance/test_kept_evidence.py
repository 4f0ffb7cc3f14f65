"""A package that a site wrote in November 2026 still checks, and no file of it can be changed unnoticed.

`kept/evidence.zip` is about a video that `make demo` made of the sample head; `kept/root.pem` was that site's root.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from provenance import keys
from provenance.errors import FileRefused
from provenance.evidence import check

KEPT = Path(__file__).parent / "kept"
PACKAGE, ROOT = KEPT / "evidence.zip", KEPT / "root.pem"
NAMES = zipfile.ZipFile(PACKAGE).namelist()


def test_it_is_valid_against_its_root():
    assert is_valid(PACKAGE)
    found = check(PACKAGE, roots=ROOT.read_bytes())
    assert found.failures == ()
    assert found.code == "2020470843"


def test_it_is_not_valid_against_another_site_s_root(site: keys.KeySet):
    assert not check(PACKAGE, roots=(site.folder / "root.pem").read_bytes()).valid


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_byte_of_any_file_is_found(name: str, tmp_path: Path):
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(PACKAGE) as whole, zipfile.ZipFile(forged, "w") as changed:
        for entry in whole.namelist():
            data = bytearray(whole.read(entry))
            data[len(data) // 2] ^= 1 if entry == name else 0
            changed.writestr(entry, bytes(data))
    assert not is_valid(forged)


def is_valid(package: Path) -> bool:
    """Whether it is a package at all, and whole."""
    try:
        return check(package, roots=ROOT.read_bytes()).valid
    except FileRefused:
        return False
