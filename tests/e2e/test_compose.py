"""docker-compose.yml: what it promises about keys, passwords and the GPU, read without Docker."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
OURS = {"web", "gpu", "intake", "seal", "look", "beat", "migrate"}
LONG_RUNNING = {"postgres", "redis", "store", "web", "gpu", "intake", "seal", "look", "beat"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services, anchors resolved."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return found


def mounts(service: dict[str, Any]) -> list[str]:
    return [str(volume) for volume in service.get("volumes", [])]


def test_only_the_seal_worker_sees_the_signing_keys(services: dict[str, Any]) -> None:
    for key in ("signer.key", "log.key", "consent.key"):
        holders = {name for name, service in services.items() if any(key in mount for mount in mounts(service))}
        assert holders == {"seal"}, key


def test_only_those_who_take_check_or_show_statements_can_read_them(services: dict[str, Any]) -> None:
    holders = {name for name, service in services.items() if "statements.key" in " ".join(mounts(service))}
    assert holders == {"web", "intake"}


def test_no_service_sees_a_whole_folder_of_keys(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for mount in mounts(service):
            if mount.startswith("./secrets"):
                assert re.fullmatch(r"\./secrets/[\w.]+:/data/keys/[\w.]+:ro", mount), f"{name} mounts {mount}"


def test_only_the_gpu_worker_has_an_nvidia_gpu(services: dict[str, Any]) -> None:
    devices = {
        name: service["deploy"]["resources"]["reservations"]["devices"]
        for name, service in services.items()
        if "deploy" in service
    }
    assert devices == {"gpu": [{"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}]}


def test_every_queue_has_its_own_worker(services: dict[str, Any]) -> None:
    queues = {
        name: service["command"][service["command"].index("-Q") + 1]
        for name, service in services.items()
        if "-Q" in service.get("command", [])
    }
    assert queues == {"gpu": "gpu", "intake": "intake", "seal": "seal", "look": "look"}


def test_every_long_running_service_is_watched_and_restarted(services: dict[str, Any]) -> None:
    assert {name for name in services if "healthcheck" in services[name]} == LONG_RUNNING
    assert {name for name in LONG_RUNNING if services[name].get("restart") == "unless-stopped"} == LONG_RUNNING


def test_our_services_run_without_privileges(services: dict[str, Any]) -> None:
    for name in OURS:
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["security_opt"] == ["no-new-privileges:true"], name


def test_secrets_have_no_defaults(services: dict[str, Any]) -> None:
    """A secret is either demanded of the operator or absent; `${NAME:-default}` and literals are neither."""
    for name, service in services.items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|ACCESS|KEY", key):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), f"{name}: {key}"
    for line in EXAMPLE.read_text().splitlines():
        name, _, value = line.partition("=")
        if re.search(r"PASSWORD|SECRET|ACCESS_KEY", name) and not line.startswith("#"):
            assert value == "", f".env.example gives {name} a value"


def test_nothing_but_the_site_is_published_and_only_on_loopback(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def compose() -> list[str]:
    """The compose program of this machine: Debian's docker-compose, else the plugin of docker."""
    return ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]


@pytest.mark.slow
def test_docker_compose_accepts_the_file(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path)
    filled = re.sub(r"^(\w+)=$", r"\1=something", EXAMPLE.read_text(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(filled)
    done = subprocess.run(
        [*compose(), "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "secret", ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "SITTER_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"]
)
def test_docker_compose_refuses_to_start_without_a_secret(tmp_path: Path, secret: str) -> None:
    shutil.copy(FILE, tmp_path)
    filled = re.sub(rf"^(?!{secret})(\w+)=$", r"\1=something", EXAMPLE.read_text(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(filled)
    done = subprocess.run(
        [*compose(), "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert f"set {secret} in .env" in done.stderr
