"""Work in a child process: refused, broken, stopped, abandoned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import png
from webapp import workbench

QUICKLY_S = 2.0  # within which a cancelled child is gone


def examine(tmp_path, **changes):
    source = tmp_path / "source"
    source.write_bytes(changes.pop("content", b"no picture"))
    arguments = {"source": str(source), "folder": str(tmp_path), "face_index": None}
    return workbench.run("examine_portrait", arguments, limit_s=60, **changes)


def render_order(tmp_path):
    return {
        "portrait": str(SAMPLES / "portrait_a.png"),
        "recording": str(SAMPLES / "portrait_a.wav"),
        "folder": str(tmp_path),
        "face_index": None,
        "controls": {"seed": 1, "gaze": [0, 0], "distance": 1.0, "emotion": "neutral", "emotion_weight": 0.0},
        "size": 512,
        "label": False,
        "code": 1,
        "strength": 1.0,
        "watermark_key_file": str(tmp_path / "no key"),
    }


def children() -> list[psutil.Process]:
    """What runs below this process, but for multiprocessing's tracker, which outlives the test that used it."""
    below = psutil.Process().children(recursive=True)
    return [process for process in below if "resource_tracker" not in " ".join(process.cmdline())]


@pytest.mark.slow
def test_a_refusal_comes_back_in_words(tmp_path, capfd):
    """…and without the banner of the engine's libraries."""
    with pytest.raises(workbench.Declined) as declined:
        examine(tmp_path, content=png(600, 600))
    assert capfd.readouterr() == ("", "")
    assert declined.value.refused
    assert declined.value.message
    assert declined.value.hint


def test_a_fault_of_ours_comes_back_without_its_words(tmp_path):
    with pytest.raises(workbench.Broke, match="KeyError at"):
        workbench.run("no such work", {}, limit_s=60)


CRASH = "import os; print('the secret transcript', file=__import__('sys').stderr); os.abort()"


def test_of_a_crash_the_log_gets_the_place_and_nothing_else(tmp_path, caplog):
    with (tmp_path / "chatter").open("w+b") as chatter:
        subprocess.run([sys.executable, "-X", "faulthandler", "-c", CRASH], stderr=chatter, check=False)
        workbench._tell_last_words(chatter)
    told = [record.getMessage() for record in caplog.records]
    assert told[0] == "the child: Fatal Python error: Aborted"
    assert "secret" not in "".join(told)


def test_chatter_of_the_child_stays_out_of_the_log(capfd):
    with pytest.raises(workbench.Broke):
        workbench.run("no such work", {}, limit_s=60)
    assert capfd.readouterr() == ("", "")


def test_what_takes_too_long_is_ended():
    with pytest.raises(workbench.Crashed, match="past its time"):
        workbench.run("render", {}, limit_s=0.0)
    assert not children()


def test_a_missing_key_is_told_before_anything_is_painted(tmp_path):
    with pytest.raises(workbench.Declined) as declined:
        workbench.run("render", render_order(tmp_path), limit_s=60)
    assert declined.value.code == "key_missing"


@pytest.mark.slow
def test_cancelling_stops_the_work_in_any_stage_within_two_seconds(tmp_path):
    (tmp_path / "no key").write_bytes(bytes(32))
    for stage in ("portrait", "speech"):
        moments: list[float] = []

        def beat(report, stage=stage, moments=moments) -> bool:
            if report.get("stage") == stage:
                moments.append(time.monotonic())
            return not moments

        with pytest.raises(workbench.Stopped):
            workbench.run("render", render_order(tmp_path), beat=beat, limit_s=120)
        assert time.monotonic() - moments[0] < QUICKLY_S
        assert not children()


@pytest.mark.slow
def test_the_child_of_a_killed_worker_ends_itself():
    worker = textwrap.dedent(
        """
        import time
        from webapp import workbench
        from webapp.workbench import run
        run("render", {}, beat=lambda _: (print("alive", flush=True), time.sleep(60)), limit_s=60)
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", worker], stdout=subprocess.PIPE)
    assert parent.stdout
    parent.stdout.readline()
    child = psutil.Process(parent.pid).children()[0]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    child.wait(timeout=20)
