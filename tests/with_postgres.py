"""Run a command beside a real, empty PostgreSQL: python -m tests.with_postgres pytest tests/webapp

The command finds it in DATABASE_URL; the exit status is the command's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from webapp.demo.servers import postgres

SETTINGS = {"DJANGO_SETTINGS_MODULE": "webapp.settings_test"}  # importing webapp has named the site's own


def main() -> int:
    """The exit status of the command."""
    signal.signal(signal.SIGTERM, _as_exit)  # so that the server ends with us
    with postgres() as url:
        return subprocess.call(sys.argv[1:], env={**os.environ, **SETTINGS, "DATABASE_URL": url})


def _as_exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
