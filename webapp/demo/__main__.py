"""python -m webapp.demo: start the site here and do the main job through it. `make demo` runs this."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import imageio_ffmpeg
import requests

from webapp.demo.accounts import Account, make_accounts
from webapp.demo.errors import CannotStart, JourneyFailed
from webapp.demo.evidence import check_ledger_proof, contact_sheet, provenance
from webapp.demo.journey import Desk, Order, Studio
from webapp.demo.processes import Processes
from webapp.demo.servers import require_free, start_redis
from webapp.demo.site import ROOT, Site, environment, start_site

DATA = Path(os.environ.get("SITTER_DATA") or ROOT / "var").resolve()
SAMPLES = ROOT / "samples"
DEFAULT_PORT = 8000
WATCH = 2.0  # seconds between two looks at the running processes


def main() -> int:
    """0 done, 1 the site failed, 3 something on this machine is in the way, 130 interrupted before the end."""
    arguments = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_interrupt)
    try:
        _demo(arguments.port, once=arguments.once)
    except KeyboardInterrupt:
        print(f"\nInterrupted. Everything is stopped; what was made is kept in {DATA}.")
        return 130
    except CannotStart as error:
        print(f"\n✗ {error}", file=sys.stderr)
        return 3
    except (JourneyFailed, requests.RequestException) as error:
        print(f"\n✗ {error}\n  The logs are in {DATA / 'log'}.", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m webapp.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the site (%(default)s)")
    parser.add_argument("--once", action="store_true", help="stop after the job instead of waiting for Ctrl-C")
    return parser.parse_args()


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _demo(port: int, *, once: bool) -> None:
    started = time.monotonic()
    require_free(port)
    with Processes(DATA / "log") as processes:
        site = _start(processes, port)
        accounts = make_accounts(site.env)
        _print_accounts(site, accounts)
        studio = Studio(site.address, accounts["creator"], check=processes.check)
        video, out = _main_job(site, accounts, studio)
        _print_evidence(site, studio, video, out)
        print(f"\nDone in {time.monotonic() - started:.0f} s.")
        if not once:
            _wait_for_the_end(site)


def _wait_for_the_end(site: Site) -> None:
    print(f"The site runs at {site.address} until you press Ctrl-C.", flush=True)
    try:
        while True:
            site.processes.check()
            time.sleep(WATCH)
    except KeyboardInterrupt:
        print(f"\nStopped. Everything that was made is kept in {DATA}.")


def _start(processes: Processes, port: int) -> Site:
    _say(f"Starting redis, web, two workers and beat (logs in {DATA / 'log'})")
    # Embedded whatever the shell or a .env says: SQLite, files and mail in one folder.
    env = environment(
        data=DATA,
        redis_url=start_redis(processes, DATA / "redis"),
        DATABASE_URL="",
        SITTER_S3_BUCKET="",
        EMAIL_URL=f"filemail:///{quote(str(DATA / 'mail'))}",
        SITTER_HOSTS="localhost,127.0.0.1",
    )
    site = start_site(processes, port=port, env=env)
    site.worker("render", "gpu,intake,look", threads=2)
    site.worker("seal", "seal")
    return site


def _main_job(site: Site, accounts: Mapping[str, Account], studio: Studio) -> tuple[str, Path]:
    order = Order(portrait=SAMPLES / "portrait_a.png", recording=SAMPLES / "portrait_a.wav")
    _say(f"The creator uploads {order.portrait.name} and {order.recording.name}, and waits for their checks")
    portrait = studio.upload_portrait(order.portrait)
    recording = studio.upload_recording(order.recording)
    _say("The creator gives consent for a portrait of nobody living, and asks for the video")
    studio.consent(portrait, order)
    video = studio.enqueue(portrait, recording, order)
    _say("The reviewer looks at where the portrait comes from, and lets it be painted")
    desk = Desk(site.address, accounts["reviewer"])
    desk.let_pass(video, "A synthetic head, made for this site.")
    studio.follow(video, report=_Ticker())
    _say("The reviewer watches it and approves")
    desk.decide(video, "APPROVED", "Synthetic portrait, consent in order.")
    studio.follow(video, until=frozenset({"PUBLISHED"}))
    _say("The creator downloads it")
    return video, studio.download(video, DATA / "demo" / f"{video.rstrip('/').rpartition('/')[2]}.mp4")


class _Ticker:
    """Prints each stage once, and its progress on one moving line where there is a terminal."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, said: dict[str, Any]) -> None:
        stage = said.get("stage") or said["state"].lower().replace("_", " ")
        moving = sys.stdout.isatty()
        if stage != self._stage:
            print(f"{chr(10) if moving and self._stage else ''}    {stage}", end="" if moving else "\n", flush=True)
            self._stage = stage
        if moving:
            eta = f", {said['eta_s']:.0f} s left" if said.get("eta_s") else ""
            print(f"\r    {stage} {said.get('progress') or 0:>4.0%}{eta}      ", end="", flush=True)
            if said["state"] == "IN_REVIEW":
                print()


def _print_accounts(site: Site, accounts: Mapping[str, Account]) -> None:
    print(f"\n  {site.address}")
    for account in accounts.values():
        print(f"  {account.role:<9} {account.email:<24} {account.password}")
    print(flush=True)


def _print_evidence(site: Site, studio: Studio, video: str, out: Path) -> None:
    identified = provenance(site.env, "identify", out)
    verified = provenance(site.env, "verify", out)
    frames, _ = imageio_ffmpeg.count_frames_and_secs(str(out))
    sheet = contact_sheet(out, DATA / "demo" / "contact-sheet.png", frames=frames)
    print(f"\n  video          {out}")
    print(f"  contact sheet  {sheet}")
    print(f"  watermark      {identified['job_code']} ({identified['verdict'].replace('_', ' ')})")
    print(f"  C2PA manifest  {verified['manifest']}, signed by {verified['signer']}")
    print(f"  ledger         {check_ledger_proof(studio.visitor.json(f'{video}proof/'), out)}")
    print(f"  page           {site.address}{video}")


def _say(text: str) -> None:
    print(f"→ {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
