"""A folder of many small files in the browser: one stream, and a question when names are taken."""

from __future__ import annotations

import random
import time
import zipfile
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
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PASSWORD = "long enough for ute"
CHUNK = 16 << 20  # as the pages send


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
    api, _, dataset = at_new_dataset(running_platform, page, "ute")
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


def test_a_large_archive_travels_in_parts_that_a_reload_does_not_send_again(
    running_platform: RunningPlatform, page: Page, tmp_path: Path
) -> None:
    api, base, dataset = at_new_dataset(running_platform, page, "lea")
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(fill(tmp_path / "one", 1, 0) / "blatt_ü_000.png", "leaf.png")
        packed.writestr("readme.bin", random.Random(1).randbytes(100 << 20))

    def slowly(route: Route) -> None:
        time.sleep(0.4)
        route.continue_()

    page.route("**/api/v1/uploads/**", slowly)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        choose(page, "Files", archive)
    page.reload()
    page.unroute_all(behavior="ignoreErrors")
    (begun,) = api.get(f"datasets/{dataset}/imports/")["results"]
    parts = api.get(f"imports/{begun['id']}/")["uploads"]
    assert [part["kind"] for part in parts] == ["part"] * 3
    assert 0 < sum(part["offset"] for part in parts) < archive.stat().st_size

    page.goto(f"{base}/imports")
    expect(page.get_by_text("1 file reached the server, whole or in part.")).to_be_visible()
    sent: list[int] = []
    page.on(
        "request", lambda asked: sent.append(int(asked.headers["upload-offset"])) if asked.method == "PATCH" else None
    )
    card = page.get_by_role("article", name="Import")
    card.get_by_label("Files to go on with").set_input_files(str(archive))
    expect(page.get_by_text("Imported: 1 image")).to_be_visible(timeout=90_000)
    expected = [offset for part in parts for offset in range(part["offset"], part["size"], CHUNK)]
    assert sorted(sent) == sorted(expected)


def at_new_dataset(platform: RunningPlatform, page: Page, user: str) -> tuple[Api, str, int]:
    """A new user looks at a new data set: a client of the API, the address of the data set, its id."""
    platform.create_user(user, PASSWORD)
    place = urlsplit(platform.address)
    api = Api(str(place.hostname), int(place.port or 80))
    api.sign_in(user, PASSWORD)
    project = api.post("projects/", {"name": f"Folders of {user}"})["id"]
    dataset = api.post("datasets/", {"project": project, "name": "Leaves"})["id"]
    page.goto(platform.address)
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Data sets").first).to_be_visible()
    base = f"{platform.address}/projects/{project}/datasets/{dataset}"
    page.goto(f"{base}/images")
    return api, base, dataset


def upload(page: Page, folder: Path) -> None:
    choose(page, "Folder", folder)


def choose(page: Page, what: str, path: Path) -> None:
    page.get_by_role("button", name="Upload", exact=True).first.click()
    page.locator(f"input[aria-label={what}]").set_input_files(str(path))
    page.get_by_role("dialog").get_by_role("button", name="Upload", exact=True).click()
