"""Job codes: the 40-bit numbers that the marks and the manifest carry."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from .errors import FileRefused

CODE_BITS = 40  # payload of the naming mark; measured to survive CRF 28 from 3 s of video
CODE_DIGITS = CODE_BITS // 4


def new_code() -> int:
    """A fresh code from the system's randomness. The caller keeps codes unique (a database constraint)."""
    return secrets.randbits(CODE_BITS)


def format_code(code: int) -> str:
    """The printed form: ten upper-case hex digits."""
    if not 0 <= code < 1 << CODE_BITS:
        raise ValueError(f"A job code has {CODE_BITS} bits, this number has {code.bit_length()}.")
    return f"{code:0{CODE_DIGITS}X}"


def parse_code(text: str) -> int:
    """The number behind a printed code; ValueError when it is none."""
    digits = text.strip()
    if len(digits) != CODE_DIGITS or not set(digits) <= set("0123456789abcdefABCDEF"):
        raise ValueError(f"A job code is {CODE_DIGITS} hex digits, not {text!r}.")
    return int(digits, 16)


def read_codes(path: Path) -> tuple[int, ...]:
    """The issued codes that a site exports: one a line, blank lines and # comments skipped."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused("codes_unreadable", f"The list of codes {path} cannot be read: {error}.") from error
    return tuple(_parse_lines(path, lines))


def _parse_lines(path: Path, lines: Iterable[str]) -> Iterable[int]:
    for number, line in enumerate(lines, start=1):
        text = line.split("#", 1)[0].strip()
        if not text:
            continue
        try:
            yield parse_code(text)
        except ValueError as error:
            raise FileRefused(
                "codes_malformed",
                f"Line {number} of {path} is not a job code.",
                "Write one code of ten hex digits a line, as the site exports them.",
            ) from error
