"""What is done with a suspect file in a child process (webapp/workbench.py): it may be anything."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

Say = Callable[..., None]  # report(done=…, total=…)


def take_prints(*, source: str, report: Say) -> dict[str, Any]:
    """How a suspect looks and sounds, as base64 of provenance.fingerprints.Prints."""
    from provenance.fingerprints import take

    report(done=0, total=1)
    return {"prints": base64.b64encode(take(Path(source)).as_bytes()).decode("ascii")}


def identify(
    *, source: str, codes: str, library: str, watermark_key_file: str, trust_root_file: str, report: Say
) -> dict[str, Any]:
    """Whether a suspect was made here: provenance.identify.Identification, with its sentence."""
    from provenance.codes import read_codes
    from provenance.fingerprints import Library
    from provenance.identify import identify as search
    from provenance.keys import load_trust_root, load_watermark_key

    def tell(done: int, total: int) -> None:
        report(done=done, total=total)

    found = search(
        Path(source),
        key=load_watermark_key(Path(watermark_key_file)),
        codes=read_codes(Path(codes)),
        trust_root=load_trust_root(Path(trust_root_file)),
        library=Library.read(Path(library)),
        done=tell,
    )
    return asdict(found) | {"sentence": found.sentence}


WORK: dict[str, Callable[..., dict[str, Any]]] = {"take_prints": take_prints, "identify": identify}
