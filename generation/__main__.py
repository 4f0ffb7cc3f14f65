"""The command line: python -m generation render | dub | speak | motion | weights | bench | evaluate…

Progress goes to stderr; with --json exactly one object goes to stdout. Exit codes: 0 done, 2 the input was refused,
3 something is missing on this machine, 1 a fault of ours.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event
from typing import NoReturn

from generation.commands import (
    checks,
    controls,
    dub,
    evaluate,
    live,
    motion,
    picture,
    presence,
    replay,
    reuse,
    voice,
)
from generation.commands.chatter import chatter_aside
from generation.errors import Cancelled, GenerationError, InputRefused, MissingOnMachine
from generation.types import Progress, ProgressCallback


class Parser(argparse.ArgumentParser):
    """Refuses wrong arguments as it refuses any other input: with a code, a sentence and a hint."""

    def error(self, message: str) -> NoReturn:
        raise InputRefused("usage", f"{message[:1].upper()}{message[1:]}.", f"See `{self.prog} --help`.")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    try:
        options = parser().parse_args(given)
        answer: dict[str, object] = options.command(options)
    except KeyboardInterrupt:
        return _fail(Cancelled(), as_json)
    except GenerationError as refusal:
        return _fail(refusal, as_json)
    except Exception as fault:
        _fail(GenerationError("fault", f"Something broke on our side ({type(fault).__name__}: {fault})."), as_json)
        raise
    print(json.dumps(answer) if as_json else _plain(answer))  # noqa: T201  # the answer is what stdout is for
    return 0


def parser() -> Parser:
    """The commands and their options, as contracted."""
    whole = Parser(prog="python -m generation", description="Portrait + recording → talking video.")
    commands = whole.add_subparsers(dest="name", required=True, parser_class=Parser)

    render = commands.add_parser("render", help="make a video with the visible label “AI-generated”")
    render.set_defaults(command=_render)
    render.add_argument("--portrait", type=Path, required=True, help="picture with a face")
    voice.add(render)
    render.add_argument("--out", type=Path, required=True, help="the .mp4, .webm or .mov to write")
    render.add_argument("--fps", type=float, default=25.0, help="frames per second, 24 to 60")
    render.add_argument("--engine", choices=("geometric", "neural", "auto"), default="auto")
    controls.add(render)
    picture.add(render)
    render.add_argument(
        "--motion", type=Path, metavar="FILE", help="play this motion (.json, .csv), do not plan one"
    )
    render.add_argument("--motion-out", type=Path, metavar="FILE", help="also write the motion (.json, .csv)")

    replay.add(render)
    reuse.add(render)

    dubbing = dub.register(commands)
    dubbing.set_defaults(command=_dub)
    replaying = replay.register(commands)
    replaying.set_defaults(command=_replay)

    weights = commands.add_parser("weights", help="list the networks, or fetch those that are missing")
    weights.set_defaults(command=_weights)
    weights.add_argument("action", nargs="?", choices=("fetch",))
    weights.add_argument("names", nargs="*", metavar="NAME", help="default: all")

    bench = commands.add_parser("bench", help="measure frames per second and CPU time per stage")
    bench.set_defaults(command=_bench)
    bench.add_argument("--size", type=int, default=512)
    bench.add_argument("--frame", choices=("crop", "full"), default="crop", help="full: the whole sample, 1024 px")
    bench.add_argument("--seconds", type=float, default=10.0, help="length of the video to make")
    bench.add_argument(
        "--memory", type=float, nargs="*", metavar="MINUTES", help="peak memory of long renders (default 1 2 5 10)"
    )
    picture.add_device(bench)

    for command in (
        render,
        dubbing,
        replaying,
        live.register(commands),
        motion.register(commands),
        voice.register(commands),
        presence.register(commands),
        weights,
        bench,
        *evaluate.register(commands),
    ):
        command.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    return whole


# ---- commands --------------------------------------------------------------------------------------------------


def _render(options: argparse.Namespace) -> dict[str, object]:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())

    from generation import motion_file  # the engine is heavy: `weights` and `--help` do without
    from generation.pipeline import perform, render
    from generation.progress_bar import ProgressBar
    from generation.record import Digests
    from generation.shelf import Shelf

    asked = controls.read(options)
    _check_engine(options.engine)
    shown = picture.read(options)
    if options.motion_out:
        motion.check_target(options.motion_out, options.motion)
    given = motion_file.read(options.motion) if options.motion else None
    portrait = checks.read(options.portrait, "portrait_missing", "picture")
    voice.check(options)
    replay.check(options)
    old = reuse.read(options)
    if live.follows(options) and not (old or options.record):
        with ProgressBar() as bar:
            return asdict(live.render(options, asked, shown, _stoppable(bar, stop)))
    with ProgressBar() as bar, voice.source(options, _stoppable(bar, stop)) as said:
        progress = _stoppable(bar, stop)
        performance = perform(
            portrait,
            said.recording,
            asked,
            transcript=said.transcript,
            language=said.language,
            script=said.script,
            motion=given,
            **shown,
            shelf=Shelf(),
            progress=progress,
        )
        digests = Digests()
        report = render(
            replace(performance, frames=digests.watch(performance.frames)),
            said.recording,
            options.out,
            captions=options.captions,
            stream=options.stream,
            old=old,
            device=shown["device"],
            progress=progress,
        )
        if options.motion_out:
            reuse.write_motion(options, performance, said.recording)
    if options.record:
        replay.write(options, asked, said.transcript, said.language, digests)
    return asdict(report)


def _dub(options: argparse.Namespace) -> dict[str, object]:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())

    from generation.progress_bar import ProgressBar

    with ProgressBar() as bar:
        return dub.run(options, _stoppable(bar, stop))


def _replay(options: argparse.Namespace) -> dict[str, object]:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())

    from generation.progress_bar import ProgressBar

    with ProgressBar() as bar:
        return replay.run(options, _stoppable(bar, stop))


def _weights(options: argparse.Namespace) -> dict[str, object]:
    from generation import weights

    names = options.names or [weight.name for weight in weights.registry()]
    if options.action == "fetch":
        for name in names:
            place = weights.fetch(name)
            print(f"{name}: {place}", file=sys.stderr)  # noqa: T201
    return {"weights": [asdict(weights.status(name)) for name in names]}


def _bench(options: argparse.Namespace) -> dict[str, object]:
    from generation.bench import bench

    picture.check_size(options.size)
    if not options.seconds > 0:
        raise InputRefused("bad_seconds", "The length must be above 0 seconds.", "Try --seconds 10.")
    if options.memory is not None:
        from generation.memory_bench import MINUTES, memory

        return memory(size=options.size, minutes=options.memory or MINUTES)
    return bench(size=options.size, seconds=options.seconds, whole=options.frame == "full", device=options.device)


# ---- reading the options ---------------------------------------------------------------------------------------


def _check_engine(engine: str) -> None:
    if engine == "neural":
        raise MissingOnMachine(
            "engine_missing",
            "No neural engine is installed here.",
            "Use --engine geometric, which needs no more weights.",
        )


# ---- answering -------------------------------------------------------------------------------------------------


def _plain(answer: dict[str, object]) -> str:
    """The answer for a person: one line per value, one per weight."""
    lines = []
    for key, value in answer.items():
        if key == "weights" and isinstance(value, list | tuple):
            lines += ["  ".join(str(part) for part in row.values()) for row in value]
        else:
            lines.append(f"{key}: {value}")
    return "\n".join(lines)


def _fail(refusal: GenerationError, as_json: bool) -> int:
    print(" ".join(filter(None, (refusal.message, refusal.hint))), file=sys.stderr)  # noqa: T201
    if as_json:
        print(json.dumps(refusal.as_json()))  # noqa: T201
    return refusal.exit_code


def _stoppable(progress: ProgressCallback, stop: Event) -> ProgressCallback:
    """The same callback, which ends the work at its next report once `stop` is set, unless the file is finished.

    An exception thrown by a signal's handler could land inside the start of a native library and break it there.
    """

    def tell(report: Progress) -> None:
        if stop.is_set() and (report.stage, report.done) != ("encode", report.total):
            raise Cancelled
        progress(report)

    return tell


if __name__ == "__main__":
    with chatter_aside():
        code = main()
    sys.exit(code)
