"""The client of espeak-ng's own process (see espeak_process.py for why it is one)."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generation.errors import MissingOnMachine
from generation.types import FloatArray

PROGRAM = Path(__file__).with_name("espeak_process.py")
TIME_LIMIT_S = 60.0  # an hour of speech takes about 2 s


def ipa(requests: Sequence[tuple[str, str]]) -> list[str]:
    """Phones for (voice, text) pairs, as espeak-ng writes them; "" where it has no such voice.

    One process serves the whole list and ends with it. Texts travel through its standard input only. Raises
    MissingOnMachine when the program cannot run here.
    """
    answers = _ask([{"voice": voice, "text": text} for voice, text in requests])
    return [str(answer.get("ipa", "")) for answer in answers]


@dataclass(frozen=True)
class Aloud:
    """espeak-ng's own voice."""

    samples: FloatArray  # (n,) −1..1
    sample_rate: int  # Hz
    phones: tuple[tuple[str, float], ...]  # IPA with stress marks, and the second at which it begins; "" is a pause


def aloud(voice: str, text: str) -> Aloud:
    """Let espeak-ng say a text. Raises MissingOnMachine when it cannot run here or has no such voice."""
    (answer,) = _ask([{"voice": voice, "text": text, "aloud": True}])
    if "pcm" not in answer:
        raise MissingOnMachine("voice_missing", f"espeak-ng has no voice “{voice}”.", "Choose another language.")
    samples = np.frombuffer(base64.b64decode(answer["pcm"]), "<i2").astype(np.float32) / np.float32(32768)
    return Aloud(samples, answer["rate"], tuple((ipa, start_s) for ipa, start_s in answer["phones"]))


def _ask(requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One process for the whole list."""
    if not requests:
        return []
    lines = "".join(json.dumps(request) + "\n" for request in requests)
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
    return [json.loads(line) for line in done.stdout.splitlines()]
