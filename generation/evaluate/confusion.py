"""Which viseme class does hama hear for which? Prints the map of generation/speech/confusion.py.

    python -m generation.evaluate.confusion FOLDER…

Over recordings with known texts (as in generation.evaluate.alignment): hama's classes are matched with the text's
by edit alignment, matches and substitutions are counted, and a prior stands in for what a few clips do not show.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from generation.evaluate.alignment import Clip, clips, heard_in, match, sequence
from generation.speech.visemes import CLASSES
from generation.types import FloatArray

PRIOR_OTHERS, PRIOR_ITSELF = 0.3, 5.0  # counts added before dividing


def confusion(known: Iterable[Clip]) -> FloatArray:
    """(15, 15) probability that hama answers with the column's class where the row's was spoken."""
    size = len(CLASSES)
    counts = np.full((size, size), PRIOR_OTHERS) + PRIOR_ITSELF * np.eye(size)
    for clip in known:
        reference = clip.reference
        ours = sequence([phone for _, phone in heard_in(clip).spikes])
        for i, j in match(ours, reference):
            if i is not None and j is not None:
                counts[reference[j], ours[i]] += 1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=np.float32)


def main() -> None:
    """Print the map as rows of Python."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="+")
    folders = parser.parse_args().folder
    for name, row in zip(CLASSES, confusion(clip for folder in folders for clip in clips(folder)), strict=True):
        sys.stdout.write(f"    ({', '.join(f'{p:.2f}' for p in row)}),  # {name}\n")


if __name__ == "__main__":
    main()
