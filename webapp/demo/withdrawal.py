"""How long it takes until a withdrawal has reached everything: a whole site, full of one sitter's videos.

The sitter withdraws everything on their private page, over HTTP. Meanwhile others watch: the database says how far
each video is, the list of processes whether something is still painted, the addresses of published videos what they
answer.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

from webapp.demo.accounts import Account, make_accounts
from webapp.demo.errors import JourneyFailed
from webapp.demo.journey import Studio
from webapp.demo.processes import Processes, Program
from webapp.demo.servers import free_port, start_redis
from webapp.demo.site import ROOT, Site, environment, manage, start_site
from webapp.demo.visitor import Visitor

SAMPLES = ROOT / "samples"
PUBLISHED, HELD = 10, 5  # videos that are out, and that wait for a reviewer, beside those asked for
PAINTERS = 2
START_S, END_S = 300.0, 120.0  # until all painters paint; until everything must have stopped
LOOK_S = 0.02  # between two looks
GONE = {requests.codes.gone, requests.codes.not_found}


def bench(*, jobs: int) -> dict[str, Any]:
    """Withdraw `jobs` videos that wait or are painted, and PUBLISHED and HELD ones: seconds until all is done."""
    with (
        tempfile.TemporaryDirectory(prefix="sitter-withdrawal-") as folder,
        Processes(Path(folder) / "log") as processes,
    ):
        home = Path(folder)
        (home / "data" / "media").mkdir(parents=True, mode=0o700)
        env = environment(
            data=home / "data",
            redis_url=start_redis(processes, home / "redis"),
            DATABASE_URL="",
            EMAIL_URL="consolemail://",
            SITTER_S3_BUCKET="",
        )
        site = start_site(processes, port=free_port(), env=env)
        site.worker("seal", "seal")
        intake = site.worker("intake", "intake")
        creator = make_accounts(env)["creator"]
        studio = Studio(site.address, creator, check=processes.check)
        studio.upload_portrait(SAMPLES / "portrait_a.png")
        studio.upload_recording(SAMPLES / "portrait_b.wav")
        processes.stop(intake)  # its models would only take memory from the painters
        painters = [site.worker(f"gpu-{number}", "gpu") for number in range(PAINTERS)]
        made = _prepare(site, creator, jobs)
        _wait(lambda: sum(bool(children(painter)) for painter in painters) == PAINTERS, START_S)
        _wait(lambda: _states(site).get("RUNNING") == PAINTERS, START_S)
        return _withdraw(site, creator, made, painters) | {
            "jobs": jobs,
            "published": PUBLISHED,
            "held": HELD,
        }


def _prepare(site: Site, creator: Account, jobs: int) -> dict[str, Any]:
    order = f"print(prepare({creator.email!r}, asked={jobs}, published={PUBLISHED}, held={HELD}))"
    code = f"from webapp.demo.withdrawal_rows import prepare; {order}"
    said: dict[str, Any] = json.loads(manage(site.env, "shell", "--no-imports", "-c", code))
    return said


def _withdraw(site: Site, creator: Account, made: dict[str, Any], painters: Sequence[Program]) -> dict[str, Any]:
    watcher = Visitor(site.address)
    watcher.log_in(creator.email, creator.password)
    sitter = Visitor(site.address)
    page = sitter.open(f"/sitter/link/{made['token']}/")
    form = page.form_to("/sitter/withdraw/")
    addresses = [path for video in made["published"] for path in _files(video)]
    before = [watcher.status_of(path) for path in addresses]
    if set(before) != {requests.codes.ok}:
        raise JourneyFailed(f"Not everything was out before: {sorted(set(before))}.")
    running = _states(site)["RUNNING"]

    def all_gone() -> bool:
        return all(watcher.status_of(path) in GONE for path in addresses)

    with ThreadPoolExecutor(3) as watchers:
        began = time.monotonic()
        stopped = {
            "stopped_s": watchers.submit(_wait, lambda: set(_states(site)) == {"CANCELLED", "TAKEN_DOWN"}, END_S),
            "idle_s": watchers.submit(_wait, lambda: not any(map(children, painters)), END_S),
            "unpublished_s": watchers.submit(_wait, all_gone, END_S),
        }
        sitter.submit(page, form, {})
        answered = time.monotonic() - began
        measured = {"answered_s": answered} | {name: wait.result() for name, wait in stopped.items()}
    time.sleep(5)  # the painters find the messages of what is over
    if any(map(children, painters)):
        raise JourneyFailed("A painter began anew after the withdrawal.")
    return {name: round(seconds, 2) for name, seconds in measured.items()} | {"running": running}


def _files(video: dict[str, str]) -> tuple[str, ...]:
    path = f"/videos/{video['id']}"
    return f"{path}/watch/", f"{path}/download/", f"/manifests/{video['code']}.c2pa"


def _states(site: Site) -> dict[str, int]:
    """How many videos are in each state."""
    with closing(sqlite3.connect(f"file:{site.data / 'db.sqlite3'}?mode=ro", uri=True, timeout=30)) as database:
        return dict(database.execute("SELECT status, count(*) FROM videos_job GROUP BY status"))


def _wait(done: Callable[[], bool], seconds: float) -> float:
    """Seconds until `done()`, or JourneyFailed."""
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > seconds:
            raise JourneyFailed(f"It had not come to an end after {seconds:.0f} s.")
        time.sleep(LOOK_S)
    return time.monotonic() - began


def children(program: Program) -> list[int]:
    """Processes that a program has started and that live (Linux: proc(5))."""
    found = [
        int(pid)
        for file in Path(f"/proc/{program.pid}/task").glob("*/children")
        for pid in file.read_text().split()
    ]
    return [pid for pid in found if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
