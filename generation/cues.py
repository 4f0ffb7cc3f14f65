"""Which words stand together in a caption, and where its lines break.

A caption holds a sentence, or as much of one as two lines take; it ends where a sentence ends or the speaker
pauses, else rather after a comma or before a joining word than inside a phrase. Practice after the BBC subtitle
guidelines and Netflix's timed text style guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

MAX_LETTERS = 42  # of a line; BBC 37 to 42, Netflix 42
MAX_LINES = 2
MAX_SECONDS = 6.0  # that a caption stands; Netflix 7
SHORTEST_S = 1.0  # that a caption stands, if the next one lets it; Netflix 5/6
PAUSE_S = 0.6  # a longer silence ends a caption
ENDS_OF_SENTENCES, ENDS_OF_CLAUSES = ".?!…。？！", ",;:–—、，；："
CLOSING = "\"'”’»)]"
_CONJUNCTIONS = ("and", "but", "or", "nor", "so", "because", "that", "which", "who", "when", "where", "while", "if")
_PREPOSITIONS = ("as", "than", "then", "to", "for", "of", "in", "on", "at", "with", "from", "by")
JOINING = frozenset((*_CONJUNCTIONS, *_PREPOSITIONS))

# What a break costs; the cheapest captions and lines are taken. Tuned by eye on the samples.
AFTER_A_CLAUSE, BEFORE_A_JOINING_WORD, ANYWHERE = 0.1, 0.4, 1.0
A_CAPTION = 1.0  # so that there are few
EMPTINESS = 2.0  # times the square of the empty share of a caption, so that none is a leftover
UNEVENNESS = 2.0  # times the difference of two lines as a share of MAX_LETTERS


class Timed(Protocol):
    """A word and when it is said."""

    @property
    def text(self) -> str: ...
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


@dataclass(frozen=True)
class Cue:
    """One caption; its lines are parted by line feeds."""

    start_s: float
    end_s: float
    text: str


def cues(words: Sequence[Timed]) -> Iterator[Cue]:
    """Group words into captions that can be read, in order and without overlap."""
    groups = [group for run in _runs(words) for group in _captions(run)]
    following = [*(group[0].start_s for group in groups[1:]), float("inf")][: len(groups)]
    for group, next_start_s in zip(groups, following, strict=True):
        start_s = group[0].start_s
        end_s = max(group[-1].end_s, min(start_s + SHORTEST_S, next_start_s))
        yield Cue(start_s, end_s, "\n".join(_lines(group)))


def _runs(words: Sequence[Timed]) -> Iterator[list[Timed]]:
    """Words up to a pause or the end of a sentence; one too short to be read alone goes on into the next."""
    run: list[Timed] = []
    for word in words:
        if run and (_is_sentence(run) or word.start_s - run[-1].end_s > PAUSE_S):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _is_sentence(run: list[Timed]) -> bool:
    return _ends(run[-1], ENDS_OF_SENTENCES) and run[-1].end_s - run[0].start_s >= SHORTEST_S


def _captions(run: list[Timed]) -> list[list[Timed]]:
    """The cheapest cut of a run into captions that fit: dynamic programming over where the last one begins."""
    best = [(0.0, 0)]  # of the first n words: cost, and the word at which their last caption begins
    for end in range(1, len(run) + 1):
        choices = []
        for begin in range(end - 1, -1, -1):
            group = run[begin:end]
            if len(group) > 1 and not _fits(group):
                break
            choices.append((best[begin][0] + _cost_of_break(run, begin) + _cost_of_caption(group), begin))
        best.append(min(choices))
    cuts = [len(run)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    return [run[begin:end] for begin, end in pairwise(reversed(cuts))]


def _lines(group: list[Timed]) -> list[str]:
    """One line where that is enough, else the two that break best; a single endless word stays whole."""
    whole = _joined(group)
    if len(whole) <= MAX_LETTERS or len(group) == 1:
        return [whole]
    cut = min(range(1, len(group)), key=lambda at: _cost_of_lines(group, at))
    return [_joined(group[:cut]), _joined(group[cut:])]


def _cost_of_lines(group: list[Timed], at: int) -> float:
    first, second = len(_joined(group[:at])), len(_joined(group[at:]))
    excess = max(0, max(first, second) - MAX_LETTERS)
    return _cost_of_break(group, at) + UNEVENNESS * abs(first - second) / MAX_LETTERS + 100.0 * excess


def _fits(group: list[Timed]) -> bool:
    if group[-1].end_s - group[0].start_s > MAX_SECONDS or len(_joined(group)) > MAX_LETTERS * MAX_LINES + 1:
        return False
    return all(len(line) <= MAX_LETTERS for line in _lines(group))


def _cost_of_caption(group: list[Timed]) -> float:
    return A_CAPTION + EMPTINESS * max(0.0, 1.0 - len(_joined(group)) / (MAX_LETTERS * MAX_LINES)) ** 2


def _cost_of_break(words: list[Timed], at: int) -> float:
    """Of a break before word `at`; the beginning is none."""
    if at == 0:
        return 0.0
    if _ends(words[at - 1], ENDS_OF_CLAUSES + ENDS_OF_SENTENCES):
        return AFTER_A_CLAUSE
    return BEFORE_A_JOINING_WORD if words[at].text.strip().lower() in JOINING else ANYWHERE


def _ends(word: Timed, marks: str) -> bool:
    return word.text.strip().rstrip(CLOSING).endswith(tuple(marks))


def _joined(words: Sequence[Timed]) -> str:
    return " ".join(word.text.strip() for word in words)
