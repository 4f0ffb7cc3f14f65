"""Run one piece of heavy work in a child process that can be stopped at any moment.

The child holds the engine, its memory and its threads; the Celery worker holds the database. They talk in lines of
JSON. Killing the child's process group stops ffmpeg and everything else below it, in whatever stage; a child whose
worker dies sees its standard input close and ends its group itself. So cancelling takes as long as one heartbeat.

What native libraries write to standard error (MediaPipe greets on every run and heeds no setting) goes into a file
without a name. Of that, the log gets where a child crashed, and nothing that could quote what it worked on.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from webapp.errors_text import Explanation

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent
BEAT_S = 0.25  # between two heartbeats: the longest that a cancelled render goes on
LAST_WORDS = 20  # lines about a crash that enter the log
# Python's account of a crash: the fault, and file, line and function of each frame; no values.
PLACE = re.compile(r'Fatal Python error: |(Current thread|Thread) 0x|  File "')

Report = dict[str, Any]


class Stopped(Exception):
    """The heartbeat said that nobody wants this work any more; the child is gone."""


class Declined(Exception):
    """The child refused its input, or met a fault it can explain."""

    def __init__(self, code: str, message: str, hint: str, *, refused: bool) -> None:
        super().__init__(code)
        self.code, self.message, self.hint, self.refused = code, message, hint, refused

    @property
    def explanation(self) -> Explanation:
        """The same for people."""
        return Explanation(self.code, self.message, self.hint)


class Crashed(Exception):
    """The child ended without a word (killed, out of memory) or ran past its time."""


class Broke(Crashed):
    """The child met a fault of ours; says its kind and place."""


def run(
    work: str, arguments: dict[str, Any], *, beat: Callable[[Report], bool] = lambda _: True, limit_s: float
) -> dict[str, Any]:
    """Do `work`, named in a WORK of videos.production or lookup.examination, with JSON arguments; returns its JSON.

    `beat` gets the latest report at every heartbeat and answers whether to go on.
    Raises Stopped, Declined, Crashed, Broke.
    """
    with tempfile.TemporaryFile() as chatter:
        child = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "webapp.workbench"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=chatter,
            cwd=ROOT,
            start_new_session=True,
        )
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps({"work": work, "arguments": arguments}).encode() + b"\n")
            child.stdin.flush()
            return _follow(child, beat, time.monotonic() + limit_s)
        except BrokenPipeError as fault:
            _tell_last_words(chatter)
            raise Crashed("the child did not start") from fault
        except Crashed:
            _tell_last_words(chatter)
            raise
        finally:
            _end(child)


def _tell_last_words(chatter: IO[bytes]) -> None:
    """Log where a child crashed, if it could still say so."""
    chatter.seek(0)
    lines = [line for line in chatter.read().decode(errors="replace").splitlines() if PLACE.match(line)]
    for line in lines[:LAST_WORDS]:
        log.error("the child: %s", line)


def _follow(child: subprocess.Popen[bytes], beat: Callable[[Report], bool], deadline: float) -> dict[str, Any]:
    lines: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(target=_read_lines, args=(child, lines), daemon=True).start()
    latest: Report = {}
    next_beat = time.monotonic()
    while True:
        if time.monotonic() >= next_beat:
            if not beat(latest):
                raise Stopped
            next_beat = time.monotonic() + BEAT_S
        if time.monotonic() > deadline:
            raise Crashed("ran past its time")
        try:
            line = lines.get(timeout=max(0.01, next_beat - time.monotonic()))
        except queue.Empty:
            continue
        if line is None:
            raise Crashed(f"ended with status {child.wait()}")
        message = json.loads(line)
        if "result" in message:
            return dict(message["result"])
        if "declined" in message:
            raise Declined(**message["declined"])
        if "fault" in message:
            raise Broke(message["fault"])
        latest |= message["report"]


def _read_lines(child: subprocess.Popen[bytes], lines: queue.Queue[bytes | None]) -> None:
    assert child.stdout
    for line in child.stdout:
        lines.put(line)
    lines.put(None)


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def main() -> None:
    """The child: read one order, do it, say what came of it. Only JSON leaves by the pipe; prints go to stderr."""
    voice = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_die_with_the_worker, daemon=True).start()
    lock = threading.Lock()

    def say(kind: str, content: Any) -> None:
        with lock:
            voice.write(json.dumps({kind: content}) + "\n")

    from webapp.lookup import examination
    from webapp.videos import production

    try:
        work = (production.WORK | examination.WORK)[order["work"]]
        say("result", work(**order["arguments"], report=lambda **news: say("report", news)))
    except production.DECLINES as reason:
        say("declined", production.explain(reason))
    except Exception as fault:  # noqa: BLE001 (the boundary: what broke and where, never the words in it)
        say("fault", _where(fault))
    voice.flush()
    os._exit(0)  # the engine's threads and their exit handlers have nothing left to do


def _die_with_the_worker() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


def _where(fault: BaseException) -> str:
    """Kind and place of a fault. Its message could quote a transcript or a statement, so it stays out."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(fault).__name__} at {places}"


if __name__ == "__main__":
    main()
