"""Long-running programs that live exactly as long as the block that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from webapp.demo.errors import CannotStart

PATIENCE = 10.0  # seconds between the polite signal and the last one
LOG_TAIL = 15  # lines of a dead program's log that explain its death
PR_SET_PDEATHSIG = 1  # linux/prctl.h: the signal that a child gets when its parent dies


@dataclass(frozen=True)
class Program:
    """One running program, leader of its own process group."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """Also the number of its process group."""
        return self.process.pid

    def alive(self) -> bool:
        """Whether the program itself still runs."""
        return self.process.poll() is None

    def signal_group(self, number: signal.Signals) -> None:
        """Signal the program and all its children; nothing happens when they are gone."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return

    def group_alive(self) -> bool:
        """Whether the program or any child of its group is left."""
        self.process.poll()
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL:])


class Processes:
    """Programs started together and ended together, last first, whatever ends the block."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self.running: list[Program] = []

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(*reversed(self.running))

    def start(
        self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str], standard_input: str | None = None
    ) -> Program:
        """Start `command` with its output in `name`.log; `standard_input` is handed over and closed."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(env),
                stdin=subprocess.DEVNULL if standard_input is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        if standard_input is not None and process.stdin is not None:
            process.stdin.write(standard_input.encode())
            process.stdin.close()
        program = Program(name, process, log)
        self.running.append(program)
        return program

    def wait_until(self, ready: Callable[[], bool], program: Program, *, seconds: float) -> None:
        """Return when `ready()` holds; raise CannotStart when the program dies or `seconds` are over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not program.alive():
                raise CannotStart(f"{program.name} ended as it started.", program.last_words(), program.log)
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"{program.name} was not ready after {seconds:.0f} s.", program.last_words(), program.log
                )
            time.sleep(0.1)

    def check(self) -> None:
        """Raise CannotStart when any program has died on its own."""
        for program in self.running:
            if not program.alive():
                raise CannotStart(f"{program.name} has stopped.", program.last_words(), program.log)

    def stop(self, *programs: Program) -> None:
        """End these programs and their children: politely, then surely."""
        for program in programs:
            program.signal_group(signal.SIGTERM)
        _wait_for_the_end(programs, seconds=PATIENCE)
        self.kill(*programs)

    def kill(self, *programs: Program) -> None:
        """Take the programs and their children away without a word, as a power cut would."""
        for program in programs:
            program.signal_group(signal.SIGKILL)
            program.process.wait()
            self.running.remove(program)
        _wait_for_the_end(programs, seconds=3.0)  # until the system has buried the children


def _wait_for_the_end(programs: Sequence[Program], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(program.group_alive() for program in programs) and time.monotonic() < deadline:
        time.sleep(0.02)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
