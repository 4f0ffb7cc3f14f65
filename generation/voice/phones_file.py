"""Scripts with their times as JSON: beside a recording made from text, and in the site's database."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from generation.errors import InputRefused
from generation.types import Phone, Script, Word


def as_json(script: Script) -> dict[str, Any]:
    """text, language, voice; phones as [ipa, start_s, end_s]; words as [text, start_s, end_s]."""
    return {
        "text": script.text,
        "language": script.language,
        "voice": script.voice,
        "phones": [[p.ipa, round(p.start_s, 4), round(p.end_s, 4)] for p in script.phones],
        "words": [[w.text, round(w.start_s, 4), round(w.end_s, 4)] for w in script.words],
    }


def from_json(kept: Any) -> Script:
    """The same, read back. Raises InputRefused with code bad_phones for anything else."""
    try:
        return Script(
            str(kept["text"]),
            str(kept["language"]),
            str(kept["voice"]),
            tuple(Phone(str(ipa), *_span(start_s, end_s)) for ipa, start_s, end_s in kept["phones"]),
            tuple(Word(str(text), *_span(start_s, end_s), 1.0) for text, start_s, end_s in kept["words"]),
        )
    except (KeyError, TypeError, ValueError):
        raise InputRefused(
            "bad_phones",
            "This is no list of phones with their times.",
            "Give the file that `python -m generation speak --phones` wrote.",
        ) from None


def write(script: Script, out: Path) -> None:
    """As one JSON object."""
    out.write_text(json.dumps(as_json(script), ensure_ascii=False), encoding="utf-8")


def _span(start_s: Any, end_s: Any) -> tuple[float, float]:
    start, end = float(start_s), float(end_s)
    if not (math.isfinite(end) and 0 <= start <= end):
        raise ValueError
    return start, end
