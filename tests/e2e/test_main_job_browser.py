"""The main job as its user does it: sign in, upload, start a run through the form, watch, take the model home."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.services.platform_server import PlatformFactory, RunningPlatform

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request

pytestmark = [pytest.mark.e2e, pytest.mark.train, pytest.mark.timeout(900)]

PASSWORD = "long enough for olga"


@pytest.fixture(scope="module")
def platform(platform_factory: PlatformFactory) -> RunningPlatform:
    started = platform_factory(YARD_LAUNCHER="process")
    started.create_user("olga", PASSWORD)
    return started


@pytest.fixture(scope="module")
def digits(platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("digits") / "out"
    platform.manage("sample_data", "digits", "--out", str(folder), "--count", "200")
    return folder


@pytest.fixture
def complaints(page: Page, platform: RunningPlatform) -> Iterator[list[str]]:
    """What the page complained about: console errors and warnings, refused requests, other origins."""
    found: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.append(f"{message.type}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((platform.address, "data:", "blob:")):
            found.append(f"another origin: {request.url}")

    page.on("console", heard)
    page.on("request", asked)
    yield found
    assert found == []


def sign_in(page: Page, platform: RunningPlatform) -> None:
    page.goto(f"{platform.address}/")
    page.get_by_label("User name").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    bad = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical"}]
    assert bad == [], json.dumps([(v["id"], v["nodes"][0]["html"]) for v in bad], indent=1)


def test_the_main_job(
    page: Page, platform: RunningPlatform, digits: Path, complaints: list[str], page_errors: list[str]
) -> None:
    page.set_default_timeout(30_000)
    sign_in(page, platform)
    page.get_by_role("button", name="New project").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Digits")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.get_by_role("link", name="Upload a data set").click()

    page.get_by_role("button", name="New data set").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("Handwritten")
    files = [str(digits / "annotations.xml"), *sorted(str(file) for file in digits.rglob("*.png"))]
    page.locator("input[type=file]:not([webkitdirectory])").first.set_input_files(files)
    page.get_by_role("button", name="Create and upload").click()
    page.get_by_text("digit_0000_zero.png").wait_for(timeout=90_000)
    assert_accessible(page)

    page.get_by_role("link", name="Train on this").click()
    page.get_by_label("Template").click()
    page.get_by_role("option", name=re.compile("Image features")).click()
    page.get_by_label("Learning curve steps").wait_for()
    assert_accessible(page)
    with page.expect_request(lambda r: r.method == "POST" and r.url.endswith("/api/v1/runs/")) as submitted:
        page.get_by_role("button", name="Start the run").click()
    config = submitted.value.post_data_json["config"]
    assert all(not isinstance(value, float) or value != int(value) for value in config.values())

    page.get_by_text("Succeeded").first.wait_for(timeout=300_000)
    score = page.get_by_text(re.compile(r"^0\.\d{3}$|^1$")).first.inner_text()
    assert float(score) > 0.5
    assert_accessible(page)

    page.get_by_role("tab", name="Log").or_(page.get_by_role("link", name="Log")).first.click()
    page.get_by_text("Training ended").first.wait_for()
    page.reload()
    page.get_by_text("Training ended").first.wait_for()

    page.get_by_role("link", name="Files").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download model.joblib").click()
    content = Path(downloading.value.path()).read_bytes()
    assert page.get_by_text(hashlib.sha256(content).hexdigest()[:12]).first.is_visible()
    assert page_errors == []
