"""Run `manage.py bench --json`, print its numbers as a table, keep them in build/bench.json."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "bench.json"


def main() -> int:
    """The exit status of the bench."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "bench", "--json", *sys.argv[1:]],
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        return done.returncode
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(done.stdout)
    print(table(json.loads(done.stdout)))
    print(f"\nWritten to {OUT.relative_to(ROOT)}")
    return 0


def table(bench: dict[str, object]) -> str:
    """Stages first, then what they add up to."""
    stages = bench["stages_ms"]
    assert isinstance(stages, dict)
    rows = [f"{'stage':<20} {'CPU ms per frame':>16}"]
    rows += [f"{stage:<20} {milliseconds:>16.2f}" for stage, milliseconds in stages.items()]
    rows += [f"{'together':<20} {sum(stages.values()):>16.2f}", ""]
    rows += [f"{key:<20} {value!s:>16}" for key, value in bench.items() if key != "stages_ms"]
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
