"""A film leaves only if its mark survives a damaged copy."""

from pathlib import Path

import pytest

from provenance import gate
from tests.provenance.clips import CODE, KEY


@pytest.mark.slow
def test_a_marked_film_passes_with_a_score(marked_video: Path) -> None:
    passage = gate.check(marked_video, CODE, KEY)
    assert passage.survived
    assert passage.score >= gate.NEEDED_SCORE


@pytest.mark.slow
@pytest.mark.parametrize(("code", "key"), [(CODE + 1, KEY), (CODE, b"some other site's watermark key.")])
def test_another_code_or_key_does_not_pass(code: int, key: bytes, marked_video: Path) -> None:
    assert gate.check(marked_video, code, key) == gate.Passage(False, 0.0, False, 0.0)


@pytest.mark.slow
def test_an_unmarked_film_does_not_pass(plain_video: Path) -> None:
    passage = gate.check(plain_video, CODE, KEY)
    assert not passage.survived
    assert "not found" in passage.sentence
