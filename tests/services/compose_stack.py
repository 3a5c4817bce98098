"""Fixtures of the compose stack: built once and started once for a session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.runs.tiny_template import BASE
from tests.services._compose_site import Site, prepare_site
from tests.services._compose_stack import ComposeStack, built_checkout, import_train_base, running_stack
from tests.services._engine import EngineMissing
from tests.services._need import missing


@pytest.fixture(scope="session")
def compose_checkout() -> Iterator[ComposeStack]:
    """A checkout with its image built, not started; skips with the reason where no engine can be started."""
    if shutil.which("docker-compose") is None:
        missing("docker-compose is not installed (apt-get install docker-compose)")
    try:
        with built_checkout() as made:
            yield made
    except EngineMissing as error:
        missing(f"there is no Docker Engine for the compose stack: {error}")


@pytest.fixture(scope="session")
def compose_stack(compose_checkout: ComposeStack) -> Iterator[ComposeStack]:
    """The whole stack behind HTTPS, all services healthy."""
    with running_stack(compose_checkout):
        yield compose_checkout


@pytest.fixture(scope="session")
def compose_site(compose_stack: ComposeStack) -> Site:
    """The administrator signed in, with a project, a data set and a small template."""
    import_train_base(compose_stack, BASE, [])
    return prepare_site(compose_stack)
