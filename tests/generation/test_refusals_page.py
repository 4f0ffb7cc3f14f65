"""docs/refusals.md says what the code says."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_refusal_stands_in_the_page_with_its_words() -> None:
    written = runpy.run_path(str(ROOT / "scripts" / "refusals.py"))["page"]().splitlines()
    assert len([row for row in written if row.startswith("| `")]) > 20
    missing = set(written) - set((ROOT / "docs" / "refusals.md").read_text().splitlines())
    assert not missing, "run: python scripts/refusals.py > docs/refusals.md"
