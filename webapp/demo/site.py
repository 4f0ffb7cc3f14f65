"""The site's own processes, started as an operator starts them: web, two workers, beat."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from webapp.demo.errors import CannotStart
from webapp.demo.processes import Processes, Program
from webapp.demo.servers import LOOPBACK

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60.0  # the web process answers in about 2 s on an idle machine
WEB_THREADS = 8
HEALTH_TIMEOUT = 5  # seconds


@dataclass(frozen=True)
class Site:
    """A running site."""

    address: str
    data: Path
    env: Mapping[str, str]
    processes: Processes

    def worker(self, name: str, queues: str, *, threads: int = 1, **changes: str) -> Program:
        """Start one more worker process on these queues, with these changes to its environment."""
        command = [
            *(sys.executable, "-m", "celery", "-A", "webapp", "worker", "-Q", queues, "-n", f"{name}@%h"),
            *(
                "--pool=threads",
                f"--concurrency={threads}",
                "--loglevel=INFO",
                "--without-gossip",
                "--without-mingle",
            ),
        ]
        return self.processes.start(f"worker-{name}", command, env={**self.env, **changes})


def environment(*, data: Path, redis_url: str, **more: str) -> dict[str, str]:
    """What every process of the site is told."""
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "webapp.settings",
        "SITTER_DATA": str(data.resolve()),
        "SITTER_HTTPS": "0",
        "REDIS_URL": redis_url,
        **more,
    }


def manage(env: Mapping[str, str], *arguments: str) -> str:
    """Run a management command: its standard output."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, env=dict(env), capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise CannotStart(f"manage.py {arguments[0]} failed.", (done.stderr or done.stdout)[-2000:])
    return done.stdout


def start_site(processes: Processes, *, port: int, env: Mapping[str, str]) -> Site:
    """Prepare the database, the keys and the static files; start web, workers and beat; return when it answers."""
    manage(env, "setup_site")
    site = Site(f"http://{LOOPBACK}:{port}", Path(env["SITTER_DATA"]), env, processes)
    web = processes.start(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "webapp.wsgi", "--bind", f"{LOOPBACK}:{port}"),
            *(
                "--worker-class",
                "gthread",
                "--threads",
                str(WEB_THREADS),
                "--access-logfile",
                "-",
                "--timeout",
                "120",
            ),
        ],
        env=env,
    )
    processes.start("beat", [sys.executable, "-m", "celery", "-A", "webapp", "beat", "--loglevel=INFO"], env=env)
    processes.wait_until(lambda: _answers(site.address), web, seconds=START_SECONDS)
    return site


def _answers(address: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False  # no proxy between us and this machine
        try:
            return session.get(f"{address}/health/", timeout=HEALTH_TIMEOUT).status_code == requests.codes.ok
        except (requests.ConnectionError, requests.Timeout):
            return False
