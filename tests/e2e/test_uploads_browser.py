"""A folder of many small files in the browser: one stream, and a question when names are taken."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from scripts.api_client import Api
from tests.services._platform import RunningPlatform

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PASSWORD = "long enough for ute"


def fill(folder: Path, count: int, blue: int) -> Path:
    folder.mkdir(parents=True)
    for index in range(count):
        target = BytesIO()
        Image.new("RGB", (16, 12), (index * 3, 0, blue)).save(target, "PNG")
        (folder / f"blatt_ü_{index:03}.png").write_bytes(target.getvalue())
    return folder


def test_a_folder_is_sent_and_what_is_there_is_asked_about(
    running_platform: RunningPlatform, page: Page, tmp_path: Path
) -> None:
    running_platform.create_user("ute", PASSWORD)
    place = urlsplit(running_platform.address)
    api = Api(str(place.hostname), int(place.port or 80))
    api.sign_in("ute", PASSWORD)
    project = api.post("projects/", {"name": "Folders"})["id"]
    dataset = api.post("datasets/", {"project": project, "name": "Leaves"})["id"]
    page.goto(running_platform.address)
    page.get_by_label("User name").fill("ute")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Data sets").first).to_be_visible()
    page.goto(f"{running_platform.address}/projects/{project}/datasets/{dataset}/images")

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "/uploads/" in request.url else None)
    upload(page, fill(tmp_path / "one" / "leaves", 60, 0))
    expect(page.get_by_text("Imported: 60 images")).to_be_visible(timeout=90_000)
    assert sent == ["POST", "PATCH"]
    page.get_by_role("button", name="Close").click()

    upload(page, fill(tmp_path / "two" / "leaves", 25, 200))
    page.get_by_role("button", name="Compare and answer").click(timeout=60_000)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("25 files of this import have the names")).to_be_visible()
    expect(dialog.get_by_role("img").first).to_be_visible()
    first = dialog.get_by_role("group", name="What becomes of leaves/blatt_ü_000.png")
    first.get_by_role("button", name="Keep the old").click()
    dialog.get_by_role("group", name="What becomes of all others").get_by_role("button", name="Replace").click()
    dialog.get_by_role("button", name="Go on with the import").click()
    expect(page.get_by_text("Imported: 24 images")).to_be_visible(timeout=90_000)
    ended: dict[str, Any] = api.get(f"datasets/{dataset}/imports/", ordering="-id")["results"][0]
    report = api.get(f"imports/{ended['id']}/")["report"]
    assert (report["replaced"], report["kept"], report["added"]) == (24, 1, 0)


def upload(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Upload", exact=True).first.click()
    page.locator("input[aria-label=Folder]").set_input_files(str(folder))
    page.get_by_role("dialog").get_by_role("button", name="Upload", exact=True).click()
