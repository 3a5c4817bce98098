"""Fixtures of a running platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.services._platform import RunningPlatform, platform

PlatformFactory = Callable[..., RunningPlatform]


@pytest.fixture(scope="module")
def platform_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformFactory]:
    """Starts platforms, each with a data folder of its own: ``platform_factory(YARD_STORAGE="minio", …)``.

    They end with the module: their processes would slow down the tests of the others.
    """
    with ExitStack() as stack:
        yield lambda **env: stack.enter_context(platform(tmp_path_factory.mktemp("platform"), env))


@pytest.fixture(scope="session")
def running_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """The embedded shape: SQLite, local folder, the launcher that fits this machine."""
    with platform(tmp_path_factory.mktemp("platform"), {}) as started:
        yield started
