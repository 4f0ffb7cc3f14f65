"""python -m generation evaluate | evaluate-truth | evaluate-suite."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generation.commands import checks
from generation.commands.chatter import chatter_aside

SAMPLES = Path(__file__).parents[2] / "samples"


def register(commands: Any) -> list[argparse.ArgumentParser]:
    """Add the commands to argparse's group of commands, and return their parsers."""
    one = commands.add_parser("evaluate", help="measure a talking video, ours or not")
    one.set_defaults(command=_evaluate)
    one.add_argument("video", type=Path)
    one.add_argument("--audio", type=Path, help="the sound, instead of the video's own")
    one.add_argument("--motion", type=Path, metavar="M.json", help="the motion it was made from")
    one.add_argument("--portrait", type=Path, help="the picture it was made from")
    one.add_argument("--plot", type=Path, metavar="CARD.png", help="also draw curves and numbers")

    truth = commands.add_parser("evaluate-truth", help="compare with heads truly rendered in known poses")
    truth.set_defaults(command=_truth)
    truth.add_argument("folder", type=Path, help="pictures named POSE.png beside poses.json and neutral.png")

    suite = commands.add_parser("evaluate-suite", help="make and measure every portrait with every voice")
    suite.set_defaults(command=_suite)
    suite.add_argument("folders", type=Path, nargs="*", help="beside samples/, with portraits and recordings")
    suite.add_argument("--out", type=Path, metavar="PAGE.md", help="keep the table there, as docs/quality.md does")
    return [one, truth, suite]


def _evaluate(options: argparse.Namespace) -> dict[str, object]:
    from generation.evaluate.card import card, write
    from generation.evaluate.quality import evaluate
    from generation.progress_bar import ProgressBar

    if options.plot:
        checks.target(options.plot, ".png", options.portrait)
    portrait = checks.read(options.portrait, "portrait_missing", "picture") if options.portrait else None
    if options.audio:
        checks.read(options.audio, "recording_missing", "recording", limit=1)
    with chatter_aside(), ProgressBar() as bar:
        quality = evaluate(
            options.video, audio=options.audio, motion=options.motion, portrait=portrait, progress=bar
        )
    if options.plot:
        write(card(quality, options.video.name), options.plot)
    return quality.as_json() if options.json else quality.as_lines()


def _truth(options: argparse.Namespace) -> dict[str, object]:
    from generation.evaluate.truth import evaluate_truth

    with chatter_aside():
        return {"poses": evaluate_truth(options.folder)}


def _suite(options: argparse.Namespace) -> dict[str, object]:
    from generation.evaluate import suite
    from generation.progress_bar import ProgressBar

    if options.out:
        checks.target(options.out, ".md", None)
    portraits, voices = suite.found([SAMPLES, *options.folders])
    with chatter_aside(), ProgressBar() as bar:
        rows = suite.run(portraits, voices, bar)
    if options.out:
        suite.keep(rows, options.out)
    return suite.as_json(rows) if options.json else {"table": "\n" + suite.table(rows)}
