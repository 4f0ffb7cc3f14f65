"""From numbers to pass, fail or unsure. Every threshold of the live check stands here.

How often they err on the faces and voices we have is measured in docs/consent-check.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from webapp.consent.age import says_minor
from webapp.consent.live.hearing import share_heard
from webapp.consent.live.moves import ASKS, Move
from webapp.consent.live.phrases import TONGUES
from webapp.consent.live.sentences import AGAIN, FOUND

Outcome = Literal["pass", "unsure", "fail"]

LEAST_S = 4.0  # of film
LEAST_VOICE = 0.10  # share of the time
PHRASE = (0.6, 0.8)  # share of its words; below the first it fails, from the second on it passes
STATEMENT = (0.4, 0.6)
FACE = (0.33, 0.50)  # cosine, median of the frames that look at the camera; SFace's own limit is 0.363
FACE_ABOVE_STRANGER = (0.08, 0.12)  # the same limits, above what a stranger reaches with this portrait
FACE_WORST = 0.25  # of those frames; below it somebody else may have taken the place
COMPANY = 0.1  # share of the looks that show a second face; a single one may be a mistake
BENDING_MM = (0.8, 1.3)  # a sheet tilted before the camera 0.5, a speaking head 4.3
LEAST_OPENING_MM = 2.0  # a mouth that moves less does not speak
LIPS_R = (0.30, 0.40)  # a head with its own voice 0.60–0.69, with another's at most 0.29
MOST_LAG_S = 0.3  # between lips and sound; browsers and telephones stay below 0.2
EARLY_S, ANSWER_S = 0.5, 4.0  # a move's peak comes at most so long before and after it was asked for
STRAY = 1  # turns and nods that nobody asked for; more look like a film that was made before


@dataclass(frozen=True)
class Asked:
    """What a film had to show."""

    language: str
    phrase: Sequence[str]
    earlier: Sequence[Sequence[str]]  # phrases of before
    moves: Sequence[Move]
    timed: bool  # whether the moves' times are those of the film: it was made on the page
    looks_young: bool = False  # the face in the portrait, as found when it was uploaded


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    outcome: Outcome
    number: float | None
    sentence: str
    again: str = ""  # how to do better, unless it passed

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "name": self.name,
            "outcome": self.outcome,
            "number": None if self.number is None else round(self.number, 3),
            "sentence": self.sentence,
            "again": self.again,
        }


@dataclass(frozen=True)
class Judgement:
    """All checks, those that matter most first."""

    checks: Sequence[Check] = field(default_factory=tuple)

    @property
    def outcome(self) -> Outcome:
        """The worst of them."""
        found = {check.outcome for check in self.checks}
        return "fail" if "fail" in found else "unsure" if "unsure" in found else "pass"

    @property
    def said_minor(self) -> bool:
        """Whether the person in the portrait, or who may be, said that they are under 18."""
        failed = {check.name for check in self.checks if check.outcome == "fail"}
        return "age" in failed and "face" not in failed


def judge(seen: dict[str, Any], asked: Asked, *, repeats: bool) -> Judgement:
    """`seen` is generation.presence.Presence as JSON; `repeats`: the film's sound is that of an earlier one."""
    return Judgement(tuple(_checks(seen, asked, repeats)))


def _checks(seen: dict[str, Any], asked: Asked, repeats: bool) -> Iterator[Check]:
    yield _told("fresh", "fail" if repeats else "pass", None)
    yield _told("length", "pass" if seen["duration_s"] >= LEAST_S else "fail", seen["duration_s"])
    audible = seen["sound"] and seen["voice_share"] >= LEAST_VOICE
    yield _told("sound", "pass" if audible else "fail", seen["voice_share"])
    yield _alone(seen)
    yield _face(seen)
    alive = _alive(seen)
    yield alive
    yield from _age(seen["words"], asked)
    if audible:
        yield from _said(seen["words"], asked)
    yield _moves(seen["events"], asked)
    if audible and alive.outcome != "fail":
        yield _lips(seen["lips"])


def _alone(seen: dict[str, Any]) -> Check:
    share = seen["company_share"]
    return _told("alone", "pass" if not share else "unsure" if share <= COMPANY else "fail", share)


def _face(seen: dict[str, Any]) -> Check:
    outcome = face_outcome(seen["likeness"], seen["likeness_stranger"])
    if outcome == "pass" and seen["likeness_worst"] < FACE_WORST:
        outcome = "unsure"
    return _told("face", outcome, seen["likeness"])


def face_outcome(likeness: float, stranger: float) -> Outcome:
    """By the cosine of film and portrait, and the one that the nearest known stranger has with the portrait."""
    floor, enough = (max(limit, stranger + more) for limit, more in zip(FACE, FACE_ABOVE_STRANGER, strict=True))
    return _graded(likeness, (floor, enough))


def _alive(seen: dict[str, Any]) -> Check:
    bending = seen["bending_mm"] or 0.0
    outcome = _graded(bending, BENDING_MM)
    if seen["opening_mm"] < LEAST_OPENING_MM and outcome == "pass":
        outcome = "unsure"
    return _told("alive", outcome, bending)


def _age(heard: Sequence[str], asked: Asked) -> Iterator[Check]:
    """Nothing to tell where neither words nor face say that somebody is young."""
    if says_minor(" ".join(heard)):
        yield _told("age", "fail", None)
    elif asked.looks_young:
        yield _told("age", "unsure", None)


def _said(heard: Sequence[str], asked: Asked) -> Iterator[Check]:
    share = share_heard(asked.phrase, heard)
    outcome = _graded(share, PHRASE)
    old = outcome == "fail" and any(share_heard(phrase, heard) >= PHRASE[1] for phrase in asked.earlier)
    yield _told("phrase", outcome, share, wording="old" if old else None, heard=" ".join(heard) or "…")
    share = share_heard(TONGUES[asked.language].statement.split(), heard)
    yield _told("statement", _graded(share, STATEMENT), share)


def _moves(events: Sequence[dict[str, Any]], asked: Asked) -> Check:
    """Each move needs an event of its kind; on the page also at its time, else in the order asked for."""
    unseen = [move for move in asked.moves if not any(event["kind"] == move["kind"] for event in events)]
    answered = len(asked.moves) - len(unseen)
    if unseen:
        return _told("moves", "fail", answered, missing=_names(unseen))
    if not asked.timed:
        return _told("moves", "unsure", answered)
    late = [move for move in asked.moves if not any(_answers(event, move) for event in events)]
    if late:
        return _told("moves", "fail", answered - len(late), wording="late", missing=_names(late))
    large = [event for event in events if event["kind"] in ("turn_left", "turn_right", "nod")]
    stray = [event for event in large if not any(_near(event, move) for move in asked.moves)]
    return _told("moves", "pass" if len(stray) <= STRAY else "unsure", answered)


def _answers(event: dict[str, Any], move: Move) -> bool:
    return event["kind"] == move["kind"] and _near(event, move)


def _near(event: dict[str, Any], move: Move) -> bool:
    return bool(-EARLY_S <= event["at_s"] - move["at_s"] <= ANSWER_S)


def _names(moves: Iterable[Move]) -> str:
    return "; ".join(f"“{ASKS[move['kind']]}”" for move in moves)


def _lips(fit: dict[str, float] | None) -> Check:
    if fit is None:
        return _told("lips", "unsure", None)
    outcome = _graded(fit["r"], LIPS_R)
    if outcome == "pass" and abs(fit["lag_s"]) > MOST_LAG_S:
        outcome = "unsure"
    return _told("lips", outcome, fit["r"])


def _graded(number: float, limits: tuple[float, float]) -> Outcome:
    return "fail" if number < limits[0] else "unsure" if number < limits[1] else "pass"


def _told(name: str, outcome: Outcome, number: float | None, *, wording: str | None = None, **values: str) -> Check:
    sentence = FOUND[name, wording or outcome].format(number=number, **values)
    return Check(name, outcome, number, sentence, "" if outcome == "pass" else AGAIN[name])
