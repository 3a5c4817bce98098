"""The machine's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services._need import missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_RESULTS = Path(__file__).resolve().parents[2] / "test-results"
_QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; skips with the reason when there is none."""
    program = os.environ.get("TRAINYARD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing("Chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # The browser's own sandbox needs what root in a container has not.
    arguments = [*_QUIET, "--no-sandbox"] if os.getuid() == 0 else _QUIET
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page_errors() -> list[str]:
    """The uncaught errors of the test's page, in order; empty on a page that works."""
    return []


@pytest.fixture
def page(browser: Browser, page_errors: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page without cookies; a screenshot goes to test-results/ when the test fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    page.on("pageerror", lambda error: page_errors.append(str(error)))
    yield page
    if request.node.stash.get(FAILED, False):
        _RESULTS.mkdir(exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", request.node.nodeid)
        page.screenshot(path=_RESULTS / f"{name}.png", full_page=True)
    context.close()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Let fixtures know that their test failed."""
    report = yield
    if call.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report
