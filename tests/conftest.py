"""What every test may use. Fixtures of real servers are in tests/services/."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
_SERVICES = Path(__file__).resolve().parent / "services"

pytest_plugins = sorted(f"tests.services.{file.stem}" for file in _SERVICES.glob("[a-z]*.py"))

# No deadlines: a machine that is busy is no bug. In CI the same examples every time.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """On SQLite the audit log may be emptied, as tests with real transactions empty every table when they end.

    (PostgreSQL empties with TRUNCATE, which its trigger lets pass. tests/core/test_audit.py puts this one back.)
    """
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER core_auditentry_no_delete")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; skips when this machine has none (``TRAINYARD_SHARED_DATA`` names another)."""
    folder = Path(os.environ.get("TRAINYARD_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data sets at {folder} (TRAINYARD_SHARED_DATA names their folder)")
    return folder
