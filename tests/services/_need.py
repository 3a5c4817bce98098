"""What a test does when a service it needs cannot be had."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip with the reason; with ``TRAINYARD_REQUIRE_SERVICES=1`` (as CI sets it) fail instead."""
    if os.environ.get("TRAINYARD_REQUIRE_SERVICES") == "1":
        pytest.fail(f"A service that must be here is missing: {reason}")
    pytest.skip(reason)
