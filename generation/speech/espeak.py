"""The client of espeak-ng's own process (see espeak_process.py for why it is one)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from generation.errors import MissingOnMachine

PROGRAM = Path(__file__).with_name("espeak_process.py")
TIME_LIMIT_S = 60.0  # an hour of speech takes about 2 s


def ipa(requests: Sequence[tuple[str, str]]) -> list[str]:
    """Phones for (voice, text) pairs, as espeak-ng writes them; "" where it has no such voice.

    One process serves the whole list and ends with it. Texts travel through its standard input only. Raises
    MissingOnMachine when the program cannot run here.
    """
    if not requests:
        return []
    lines = "".join(json.dumps({"voice": voice, "text": text}) + "\n" for voice, text in requests)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM)],
            input=lines,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIME_LIMIT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as fault:
        raise MissingOnMachine(
            "espeak_missing",
            f"The pronunciation program espeak-ng did not work ({type(fault).__name__}).",
            "Install it with `pip install espeakng-loader`.",
        ) from None  # the fault holds the text
    return [json.loads(line).get("ipa", "") for line in done.stdout.splitlines()]
