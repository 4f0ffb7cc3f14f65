"""How often the live check errs on the faces and voices at hand: the numbers of docs/consent-check.md.

python -m scripts.live_check_rates faces PICTURE…      every pair of pictures; NAME-anything is one person
python -m scripts.live_check_rates phrases [NUMBER]    new phrases in every language, by synthetic voices
python -m scripts.live_check_rates voices RECORDING…   people who speak: how much of their own words is heard
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
from pathlib import Path

import numpy as np

from generation import weights
from generation.evaluate.identity import embedding
from generation.portrait import choice
from generation.portrait.decode import decode
from generation.portrait.detect import Detector, detector, height
from generation.presence.strangers import nearest_stranger
from generation.speech import listen
from generation.types import FloatArray
from generation.voice import speak
from webapp.consent.live import judge, phrases
from webapp.consent.live.hearing import share_heard

VOICES = ("jm_kumo", "jf_alpha", "espeak")


def faces(pictures: list[Path]) -> None:
    """Cosine and verdict of every pair, in both roles; pictures of one person share what comes before “-”."""
    with detector(weights.path("face_landmarker")) as landmarker:
        known = {place: _embedded(place, landmarker) for place in pictures}
    print("portrait, film: cosine, stranger's cosine → verdict")
    rows = []
    for one, other in itertools.permutations(pictures, 2):
        cosine, stranger = float(known[one] @ known[other]), nearest_stranger(known[one])
        verdict = judge.face_outcome(cosine, stranger)
        same = _person(one) == _person(other)
        rows.append((same, verdict))
        print(
            f"{one.stem}, {other.stem}: {cosine:.2f}, {stranger:.2f} → {verdict}{' (same person)' if same else ''}"
        )
    for same in (True, False):
        found = [verdict for kind, verdict in rows if kind == same]
        counts = {verdict: found.count(verdict) for verdict in ("pass", "unsure", "fail")}
        print(f"{'same person' if same else 'different persons'}, {len(found)} pairs: {counts}")


def _embedded(place: Path, landmarker: Detector) -> FloatArray:
    picture = decode(place.read_bytes()).pixels
    return embedding(picture, max(choice.faces(picture, landmarker), key=height))


def _person(place: Path) -> str:
    return place.stem.split("-")[0]


def say(number: int) -> None:
    """Let voices read new phrases, and hear them: share of the right phrase, and the most of a wrong one."""
    chance = random.Random(0)
    drawn: dict[str, list[list[str]]] = {}
    for language in phrases.TONGUES:
        drawn[language] = [phrases.phrase(language, chance) for _ in range(max(number, 100))]
    for language, voice in itertools.product(phrases.TONGUES, VOICES):
        shares, wrong, stated = [], [], []
        for said in drawn[language][:number]:
            words = _heard(phrases.to_read(language, said), language, voice)
            shares.append(share_heard(said, words))
            wrong += [share_heard(other, words) for other in drawn[language] if other != said]
            stated.append(share_heard(phrases.TONGUES[language].statement.split(), words))
        told = ", ".join(f"{share:.2f}" for share in shares)
        print(
            f"{language} {voice}: right phrase {told}; statement {np.mean(stated):.2f}; "
            f"another phrase at most {max(wrong):.2f} of {len(wrong)}",
            flush=True,
        )


def read_back(recordings: list[Path]) -> None:
    """Share of each recording's own words that is heard, and the most of another one's."""
    texts = {place: place.with_suffix(".txt").read_text().split() for place in recordings}
    for place in recordings:
        words = [word.text for word in listen(place).words]
        others = [share_heard(text, words) for other, text in texts.items() if other != place]
        own = share_heard(texts[place], words)
        print(f"{place.stem}: own words {own:.2f}, another's at most {max(others, default=0):.2f}", flush=True)


def _heard(text: str, language: str, voice: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "said.wav"
        speak(text, language=language, voice=voice).write(place)
        return [word.text for word in listen(place, language=language).words]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("faces", "phrases", "voices"))
    parser.add_argument("given", nargs="*")
    options = parser.parse_args()
    if options.what == "faces":
        faces([Path(place) for place in options.given])
    elif options.what == "voices":
        read_back([Path(place) for place in options.given])
    else:
        say(int(options.given[0]) if options.given else 2)
