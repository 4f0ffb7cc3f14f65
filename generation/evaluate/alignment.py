"""How well do we hear? Viseme error, bilabials, timing and cost over recordings whose text is known.

    python -m generation.evaluate.alignment FOLDER… [--json]

A folder holds recordings beside their texts (NAME.ogg, NAME.txt); a language tag inside the name, as in
`clip-de-003`, names the language, English otherwise. The reference phones come from the same espeak-ng voice that
serves Whisper's text, so the viseme error measures the recognition, not the pronunciation rules. English timing is
judged by an independent aligner (`generation.evaluate.independent_times`).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generation.evaluate import independent_times
from generation.speech import decode, g2p, listen, voices
from generation.speech.activity import activity
from generation.speech.phones import LONGEST_S, Posteriors, hear
from generation.speech.visemes import INDEX, LIP_GROUPS, classes
from generation.speech.windows import windows
from generation.types import SAMPLE_RATE, Phone

NEAR_S = 0.06  # within which a bilabial counts as found
BILABIAL = INDEX["PP"]
OTHER_GROUP_COST, SAME_GROUP_COST = 1.2, 0.5  # of a substitution when two class sequences are matched


@dataclass(frozen=True)
class Clip:
    """A recording whose text is known."""

    recording: Path
    text: str
    language: str

    @property
    def reference(self) -> list[int]:
        """Viseme classes of the text."""
        voice = voices.voice_for(self.language, self.text)
        assert voice, f"{self.recording.name}: its text is not written in {self.language}"
        words = g2p.split_words(self.text, self.language)
        return sequence(g2p.pronounce([g2p.Utterance(words, self.language, voice)])[0].phones)


def clips(folder: Path) -> Iterator[Clip]:
    """The recordings of a folder that have a text beside them."""
    for text in sorted(folder.glob("*.txt")):
        for recording in sorted(set(folder.glob(f"{text.stem}.*")) - {text}):
            tag = re.search(r"-([a-z]{2})-", text.stem)
            yield Clip(recording, text.read_text().strip(), tag[1] if tag else "en")


def sequence(phones: Sequence[str]) -> list[int]:
    """Viseme classes of phones in order, repetitions merged."""
    every = [INDEX[name] for phone in phones for name in classes(phone)]
    return [name for k, name in enumerate(every) if k == 0 or every[k - 1] != name]


def match(
    ours: Sequence[int], theirs: Sequence[int], *, plain: bool = False
) -> list[tuple[int | None, int | None]]:
    """Cheapest edit alignment of two class sequences, as pairs of indices; None for an insertion or deletion."""
    groups = np.array(LIP_GROUPS)
    a, b = np.array(ours, np.int64), np.array(theirs, np.int64)
    same_group = groups[a][:, None] == groups[b][None]
    change = np.ones((len(a), len(b))) if plain else np.where(same_group, SAME_GROUP_COST, OTHER_GROUP_COST)
    change[a[:, None] == b[None]] = 0.0
    cost = np.zeros((len(a) + 1, len(b) + 1))
    cost[:, 0], cost[0] = np.arange(len(a) + 1), np.arange(len(b) + 1)
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost[i, j] = min(cost[i - 1, j - 1] + change[i - 1, j - 1], cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    i, j = len(a), len(b)
    pairs: list[tuple[int | None, int | None]] = []
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + change[i - 1, j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def errors(ours: Sequence[int], reference: Sequence[int]) -> int:
    """Insertions, deletions and substitutions between two class sequences."""
    pairs = match(ours, reference, plain=True)
    return sum(i is None or j is None or ours[i] != reference[j] for i, j in pairs)


def bilabials(ours: Sequence[int], reference: Sequence[int]) -> tuple[int, int, int]:
    """Bilabials found, wanted and claimed, by order in the sequence."""
    pairs = match(ours, reference)
    found = sum(i is not None and j is not None and ours[i] == reference[j] == BILABIAL for i, j in pairs)
    return found, list(reference).count(BILABIAL), list(ours).count(BILABIAL)


def onsets(ours: Sequence[Phone], theirs: Sequence[Phone]) -> list[float]:
    """Our start minus theirs in seconds, for each phone that both heard."""
    a, b = ([INDEX[classes(phone.ipa)[0]] for phone in track] for track in (ours, theirs))
    pairs = match(a, b)
    return [
        ours[i].start_s - theirs[j].start_s for i, j in pairs if i is not None and j is not None and a[i] == b[j]
    ]


def bilabials_in_time(ours: Sequence[Phone], theirs: Sequence[Phone]) -> tuple[int, int, int, int]:
    """Bilabials recalled, wanted, right and claimed, with NEAR_S to spare."""
    a, b = ([p for p in track if classes(p.ipa)[0] == "PP"] for track in (ours, theirs))

    def near(p: Phone, track: list[Phone]) -> bool:
        return any(p.start_s - NEAR_S < q.end_s and p.end_s + NEAR_S > q.start_s for q in track)

    return sum(near(p, a) for p in b), len(b), sum(near(p, b) for p in a), len(a)


def heard_in(clip: Clip) -> Posteriors:
    """hama's posteriors over a whole clip."""
    sound = decode.read(clip.recording)
    pieces = windows(activity(sound.samples), sound.duration_s, longest_s=LONGEST_S)
    return hear(sound.samples, pieces, lambda: None)


def measure(clip: Clip) -> dict[str, Any]:
    """One clip's numbers."""
    began = time.process_time()
    speech = listen(clip.recording)
    cpu = time.process_time() - began
    reference = clip.reference
    ours = sequence([phone.ipa for phone in speech.phones])
    alone = sequence([phone for _, phone in heard_in(clip).spikes])
    timed = independent_times.timed(speech.samples, clip.text) if clip.language == "en" else None
    return {
        "clip": clip.recording.name,
        "language": clip.language,
        "method": speech.method,
        "phones": len(reference),
        "errors": errors(ours, reference),
        "errors_hama_alone": errors(alone, reference),
        "bilabials": bilabials(ours, reference),
        "bilabials_hama_alone": bilabials(alone, reference),
        "bilabials_in_time": bilabials_in_time(speech.phones, timed) if timed else None,
        "onsets_s": onsets(speech.phones, timed) if timed else [],
        "seconds": len(speech.samples) / SAMPLE_RATE,
        "cpu_s": cpu,
        "evidence": speech.evidence,
    }


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """The numbers of several clips together."""

    def share(hits: float, of: float) -> float | None:
        return round(hits / of, 3) if of else None

    def total(name: str, k: int | None = None) -> float:
        return float(sum(row[name] if k is None else row[name][k] for row in rows if row[name]))

    offsets = np.array([offset for row in rows for offset in row["onsets_s"]])
    return {
        "clips": len(rows),
        "by_transcript": sum(row["method"] == "transcript" for row in rows),
        "viseme_error": share(total("errors"), total("phones")),
        "viseme_error_hama_alone": share(total("errors_hama_alone"), total("phones")),
        "bilabial_recall": share(total("bilabials", 0), total("bilabials", 1)),
        "bilabial_precision": share(total("bilabials", 0), total("bilabials", 2)),
        "bilabial_recall_hama_alone": share(total("bilabials_hama_alone", 0), total("bilabials_hama_alone", 1)),
        "bilabial_recall_in_time": share(total("bilabials_in_time", 0), total("bilabials_in_time", 1)),
        "bilabial_precision_in_time": share(total("bilabials_in_time", 2), total("bilabials_in_time", 3)),
        "onset_median_s": round(float(np.median(offsets)), 3) if len(offsets) else None,
        "onset_p90_s": round(float(np.quantile(np.abs(offsets), 0.9)), 3) if len(offsets) else None,
        "cpu_per_second": share(total("cpu_s"), total("seconds")),
    }


def main() -> None:
    """Print one row a clip and the totals by language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    rows = []
    for clip in (clip for folder in options.folder for clip in clips(folder)):
        rows.append(measure(clip))
        sys.stderr.write(f"{clip.recording.name}\n")
    languages = sorted({str(row["language"]) for row in rows})
    totals = {name: summary([row for row in rows if row["language"] == name]) for name in languages}
    totals["all"] = summary(rows)
    if options.json:
        sys.stdout.write(json.dumps({"totals": totals, "clips": rows}) + "\n")
        return
    for name, numbers in totals.items():
        sys.stdout.write(f"{name}\n" + "".join(f"  {key:28} {value}\n" for key, value in numbers.items()))


if __name__ == "__main__":
    main()
