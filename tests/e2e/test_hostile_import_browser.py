"""What a person sees in the browser of an import of hostile files: texts are texts, and the page stays whole."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from scripts.api_client import Api
from tests.datasets.conftest import cvat, packed, picture
from tests.services._platform import RunningPlatform

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PASSWORD = "long enough for hanna"
SCRIPT = "<img src=x onerror=alert(1)>"
TURNED = "a\u202egnp.exe"
LONG = "n" * 255
# A mask of two billion pixels, which no canvas can hold.
SIDE = 46_000
MASK = f'<mask label="leaf" rle="0,{SIDE * SIDE}" left="0" top="0" width="{SIDE}" height="{SIDE}"/>'


def escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def hostile_archive() -> bytes:
    label = escaped(f"{SCRIPT} label")
    shapes = f'<box label="leaf" xtl="-90000" ytl="0" xbr="9e9" ybr="3"/><tag label="{label}"/>{MASK}'
    shapes += f'<tag label="{escaped(SCRIPT)}"/><tag label="{TURNED}"/><tag label="{"l" * 90_000}"/>'
    xml = cvat({"a.png": shapes, escaped(f"{SCRIPT}.png"): "", f"{LONG}{LONG}": ""}, labels=("leaf", label))
    files = {"annotations.xml": xml, "a.png": picture(80, 60), f"{SCRIPT}.svg": b"<svg/>", "צילום.exe": b"MZ"}
    files |= {TURNED: b"MZ", f"../{LONG}.png": picture(), f"{'w' * 240}.gif": b"alert(1)", "b.png": b"<script>"}
    return packed(files)


@pytest.fixture
def imported(running_platform: RunningPlatform, page: Page, tmp_path: Path) -> str:
    """The address of a data set after the import; the page is signed in."""
    running_platform.create_user("hanna", PASSWORD)
    place = urlsplit(running_platform.address)
    api = Api(str(place.hostname), int(place.port or 80))
    api.sign_in("hanna", PASSWORD)
    project = api.post("projects/", {"name": f"{SCRIPT} project"})["id"]
    dataset = api.post("datasets/", {"project": project, "name": f"{SCRIPT} data"})["id"]
    archive = tmp_path / "hostile <b>set<i>.zip"
    archive.write_bytes(hostile_archive())
    job = api.post(f"datasets/{dataset}/imports/")["id"]
    api.upload(f"imports/{job}/uploads/", archive, lambda *_: None)
    api.post(f"imports/{job}/start/")
    end = time.monotonic() + 180
    while (found := api.get(f"imports/{job}/"))["state"] not in {"succeeded", "failed"}:
        assert time.monotonic() < end
        time.sleep(0.3)
    assert found["state"] == "succeeded", found
    cookies = [{"name": name, "value": value, "url": running_platform.address} for name, value in api._cookies.items()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    return f"{running_platform.address}/projects/{project}/datasets/{dataset}"


def test_hostile_texts_are_shown_as_texts(page: Page, imported: str, page_errors: list[str]) -> None:
    expect.set_options(timeout=60_000)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    page.goto(f"{imported}/imports")
    main = page.locator("main")
    expect(main.get_by_text("1 image (1 new), 3 annotations.").first).to_be_visible()
    expect(main.get_by_text(f"{SCRIPT}.svg").first).to_be_visible()
    expect(main.get_by_text("a\ufffdgnp.exe was left out: its name holds control characters.").first).to_be_visible()
    expect(
        main.get_by_text("it is no image of a known format (JPEG, PNG, BMP, WebP, TIFF or GIF)").first
    ).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    page.set_viewport_size({"width": 1280, "height": 800})

    page.goto(imported)
    page.get_by_role("link", name=re.compile("^a.png")).click()
    expect(page.get_by_role("heading", name="a.png")).to_be_visible()
    expect(page.locator("svg image")).to_have_count(1)  # the mask, cut to the image

    assert dialogs == []
    assert page_errors == []
    assert page.locator("img[src='x']").count() == 0
