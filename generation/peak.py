"""The most memory that a process and its encoder held.

On Linux a child started from a large process is booked with all of its parent's memory until its own program begins
(getrusage's ru_maxrss), so that children are asked for their own figure while they live.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_children: list[float] = [0.0]  # MB, of the largest that was asked


def note_child(process_id: int) -> None:
    """Take down what a living child has held so far; where there is no /proc, nothing."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    _children[:] = [max(*_children, *(int(kilobytes) * 1024 / 1e6 for kilobytes in found), 0.0)]


def peak_rss_mb() -> float:
    """The most that this process held, plus the most that one noted child did."""
    unit = 1024 if sys.platform != "darwin" else 1  # Linux counts kilobytes, macOS bytes
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return round(own + _children[0], 1)
