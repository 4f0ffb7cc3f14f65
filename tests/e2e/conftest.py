"""Whole sites for the worker and the browser lane, started once each and only when a test asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.stages import Stage, embedded_stage, production_stage


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The processes of docker-compose.yml, on PostgreSQL and Redis."""
    with production_stage(tmp_path_factory.mktemp("production")) as stage:
        yield stage


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The site as the demo runs it, on SQLite."""
    with embedded_stage(tmp_path_factory.mktemp("embedded")) as stage:
        yield stage
