"""What both packages can say in words, as JSON for people."""

from __future__ import annotations

from typing import Any

from generation.errors import GenerationError, InputRefused
from provenance.errors import FileRefused, ProvenanceError

DECLINES = (GenerationError, ProvenanceError)


def explain(reason: BaseException) -> dict[str, Any]:
    """A refusal of either package as JSON for people."""
    if not isinstance(reason, DECLINES):
        raise TypeError(f"{type(reason).__name__} explains nothing")
    refused = isinstance(reason, (InputRefused, FileRefused))
    return {"code": reason.code, "message": reason.message, "hint": reason.hint, "refused": refused}
