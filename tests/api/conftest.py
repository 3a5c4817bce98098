from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from tests.api.seed import Seed, make_seed


@pytest.fixture(scope="module")
def seed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Seed]:
    """One project with one of everything; all of it is rolled back in the end.

    For tests marked ``django_db``: each of them starts from the same state, as what it did is rolled back too.
    """
    with tempfile.TemporaryDirectory() as scratch, django_db_blocker.unblock():
        folder = Path(scratch)
        places = {"STORAGE_DIR": folder / "storage", "EXECUTIONS_DIR": folder / "executions"}
        with override_settings(**places, DATA_CACHE_DIR=folder / "cache"), transaction.atomic():
            yield make_seed(folder)
            transaction.set_rollback(True)


def openapi() -> dict[str, Any]:
    """The platform's own description of its API."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "openapi.json")
        call_command("spectacular", format="openapi-json", file=str(file))
        found: dict[str, Any] = json.loads(file.read_text())
    return found
