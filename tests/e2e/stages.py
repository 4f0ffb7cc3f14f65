"""Whole running sites, as production and as the demo have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from webapp.demo.accounts import Account, make_accounts
from webapp.demo.journey import Desk, Studio
from webapp.demo.processes import Processes, Program
from webapp.demo.servers import free_port, postgres, start_redis
from webapp.demo.site import ROOT, Site, environment, start_site

SAMPLES = ROOT / "samples"
STALE_S = 5.0  # a render without a heartbeat for so long counts as lost; heartbeats come every half second
REAPER_S = 1.0
SPLIT_S, SEGMENT_S = 12.0, 4.0  # longer recordings are painted in segments of so many seconds at most


@dataclass
class Stage:
    """A running site with its people and the worker that renders."""

    site: Site
    accounts: dict[str, Account]
    gpu: Program
    gpu_data: Path

    def check(self) -> None:
        """Raise when a process has died on its own."""
        self.site.processes.check()

    def let_pass(self, studio: Studio, video: str) -> None:
        """Let the reviewer look at a request that waits for one, as the first under a consent does."""
        if studio.status(video)["state"] == "HELD":
            Desk(self.site.address, self.accounts["reviewer"]).let_pass(video, "Made for these tests.")

    def start_another_gpu_worker(self) -> None:
        """Start a render worker as on another machine; it takes the place of the one before."""
        self.gpu = self.site.worker("gpu-two", "gpu", SITTER_DATA=str(self.gpu_data))


@contextmanager
def production_stage(home: Path) -> Iterator[Stage]:
    """The processes of docker-compose.yml on PostgreSQL and Redis: web, gpu, intake, seal, beat.

    The gpu worker's private folder holds the watermark's key and not the signing key; files are shared.
    """
    with postgres() as database, Processes(home / "log") as processes:
        env = _environment(
            processes,
            home,
            DATABASE_URL=database,
            SITTER_STALE_S=STALE_S,
            SITTER_REAPER_S=REAPER_S,
            SITTER_SPLIT_S=SPLIT_S,
            SITTER_SEGMENT_S=SEGMENT_S,
        )
        site = start_site(processes, port=free_port(), env=env)
        gpu_data = _without_signing_key(home / "data", home / "gpu")
        site.worker("intake", "intake", SITTER_DATA=str(gpu_data))
        site.worker("seal", "seal")
        gpu = site.worker("gpu", "gpu", SITTER_DATA=str(gpu_data))
        yield Stage(site, make_accounts(env), gpu, gpu_data)


@contextmanager
def embedded_stage(home: Path) -> Iterator[Stage]:
    """The site as `make demo` runs it, on SQLite."""
    with Processes(home / "log") as processes:
        env = _environment(processes, home, DATABASE_URL="")
        site = start_site(processes, port=free_port(), env=env)
        site.worker("seal", "seal")
        gpu = site.worker("render", "gpu,intake,look", threads=2)
        yield Stage(site, make_accounts(env), gpu, home / "data")


def _environment(processes: Processes, home: Path, **more: object) -> dict[str, str]:
    data = home / "data"
    (data / "media").mkdir(parents=True, mode=0o700)
    return environment(
        data=data,
        redis_url=start_redis(processes, home / "redis"),
        EMAIL_URL="consolemail://",
        SITTER_S3_BUCKET="",
        **{name: str(value) for name, value in more.items()},
    )


def _without_signing_key(data: Path, bare: Path) -> Path:
    keys = bare / "keys"
    keys.mkdir(parents=True, mode=0o700)
    for name in ("watermark.key", "secret.key"):
        (keys / name).write_bytes((data / "keys" / name).read_bytes())
    (bare / "media").symlink_to(data / "media")
    return bare
