"""How alike are strangers? SFace was trained on photographs, and finds all rendered or painted faces alike.

Two of our rendered heads have a cosine of 0.71, as much as two photographs of one person, while a photograph of
somebody else has at most 0.27. So a portrait brings its own limit: the cosine that the nearest known stranger has.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from generation.types import FloatArray

COHORT = Path(__file__).with_name("cohort.npy")  # (2, 128) embeddings of samples/portrait_a.png and portrait_b.png
SAME = 0.79  # cosine above which a face of the cohort is the portrait's own; two rendered heads reach 0.77


def nearest_stranger(wanted: FloatArray, cohort: FloatArray | None = None) -> float:
    """The highest cosine of an embedding (128,) with a face of the cohort (n, 128) that is not its own."""
    known = np.load(COHORT) if cohort is None else cohort
    cosines = known @ wanted
    others = cosines[cosines < SAME]
    return float(others.max(initial=-1.0))
