"""What native libraries say while they start."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def chatter_aside() -> Iterator[None]:
    """Keep what native libraries write to file descriptor 2 off the screen, and show it only if we break.

    MediaPipe reports its start on every run and heeds no setting; it would tear the progress bar apart.
    """
    screen = os.dup(2)
    with (
        tempfile.TemporaryFile() as aside,
        os.fdopen(screen, "w", buffering=1, errors="backslashreplace") as stderr,
    ):
        sys.stderr = stderr
        os.dup2(aside.fileno(), 2)
        try:
            yield
        except Exception:
            aside.seek(0)
            stderr.write(aside.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(screen, 2)
            sys.stderr = sys.__stderr__ or stderr
