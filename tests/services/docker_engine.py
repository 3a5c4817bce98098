"""A real Docker Engine for tests, and base images made from packages instead of pulled from a registry.

Fixtures, there for every test:

``docker_engine``
    The address of an engine that answers: the one at ``DOCKER_HOST``, else one started for this session (root and
    ``dockerd`` needed) on a private socket, without bridges and firewall rules, and taken down without a trace.
    Where neither is possible the test is skipped; ``TRAINYARD_REQUIRE_DOCKER=1`` makes that a failure.
``trainyard_base_image``
    ``trainyard_base_image(name, requirements=())`` imports an image with bash, python3, jq, tree and the given Python
    packages under ``name`` and returns the name. Root file systems are cached in ``TRAINYARD_TEST_CACHE``
    (default ``var/test-cache`` in the repository), so each is made once per machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.services._base_image import import_base_image
from tests.services._engine import EngineMissing, engine
from tests.services._need import missing

CLASSIC_REQUIREMENTS = ("numpy", "scikit-learn", "pillow", "joblib", "xmltodict")


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[str]:
    """Address of a real Docker Engine."""
    try:
        with engine() as address:
            yield address
    except EngineMissing as error:
        if os.environ.get("TRAINYARD_REQUIRE_DOCKER") == "1":
            pytest.fail(f"TRAINYARD_REQUIRE_DOCKER=1, but there is no Docker Engine: {error}")
        missing(f"there is no Docker Engine: {error}")


@pytest.fixture(scope="session")
def trainyard_base_image(docker_engine: str) -> Callable[..., str]:
    """Import a base image under a FROM name: ``trainyard_base_image("trainyard-base-classic", requirements=[…])``."""

    def import_image(name: str = "trainyard-base-classic", requirements: Sequence[str] = CLASSIC_REQUIREMENTS) -> str:
        import_base_image(docker_engine, name, requirements)
        return name

    return import_image
