"""What an editor does with images in the browser: filter, open one, draw a box, save, and see it in the gallery."""

from __future__ import annotations

import json
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

PASSWORD = "long enough for ina"
LEAF = '<box label="leaf" occluded="0" xtl="40" ytl="40" xbr="120" ybr="90" z_order="0"></box>'


@pytest.fixture
def leaves(running_platform: RunningPlatform, page: Page, tmp_path: Path) -> tuple[str, Api, int]:
    """The address of a data set, a client, its id; two images have a leaf, the page is signed in."""
    running_platform.create_user("ina", PASSWORD)
    place = urlsplit(running_platform.address)
    api = Api(str(place.hostname), int(place.port or 80))
    api.sign_in("ina", PASSWORD)
    project = api.post("projects/", {"name": "Looking"})["id"]
    dataset = api.post("datasets/", {"project": project, "name": "Leaves"})["id"]
    files = {
        f"{name}.png": picture(320, 240, color)
        for name, color in (("a", "#446644"), ("b", "#664444"), ("c", "#444466"))
    }
    xml = cvat({"a.png": LEAF, "b.png": LEAF}, size=(320, 240))
    archive = tmp_path / "leaves.zip"
    archive.write_bytes(packed({**files, "annotations.xml": xml}))
    job = api.post(f"datasets/{dataset}/imports/")["id"]
    api.upload(f"imports/{job}/uploads/", archive, lambda *_: None)
    api.post(f"imports/{job}/start/")
    end = time.monotonic() + 120
    while api.get(f"imports/{job}/")["state"] not in {"succeeded", "failed"}:
        assert time.monotonic() < end
        time.sleep(0.2)
    cookies = [{"name": name, "value": value, "url": running_platform.address} for name, value in api._cookies.items()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    return f"{running_platform.address}/projects/{project}/datasets/{dataset}", api, dataset


def test_an_editor_draws_a_box(page: Page, leaves: tuple[str, Api, int], page_errors: list[str]) -> None:
    expect.set_options(timeout=30_000)
    address, api, dataset = leaves
    page.goto(f"{address}/images")
    expect(page.get_by_text("3 images")).to_be_visible()
    page.get_by_label("With leaf").click()
    expect(page.get_by_text("2 images")).to_be_visible()
    assert "label=leaf" in page.url

    page.get_by_role("link", name=re.compile("^a.png")).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name=re.compile("^b.png"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    expect(page.get_by_role("toolbar", name="View")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    expect(page.get_by_role("heading", name="a.png")).to_be_visible()

    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("toolbar", name="Editing")).to_be_visible()
    page.keyboard.press("b")
    box = page.get_by_role("img", name="a.png").bounding_box()
    assert box is not None
    scale = box["width"] / 320
    page.mouse.move(box["x"] + 200 * scale, box["y"] + 100 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + 280 * scale, box["y"] + 180 * scale, steps=4)
    page.mouse.up()
    expect(page.get_by_label("leaf", exact=True).get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.get_by_label("leaf", exact=True).get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Control+Shift+z")
    page.reload()
    expect(page.get_by_text("Work that was not saved")).to_be_visible()
    # Somebody else was faster; that is told, and nobody's work is lost.
    image = next(found for found in api.get(f"datasets/{dataset}/images/")["results"] if found["name"] == "a.png")["id"]
    api._json("PUT", f"datasets/{dataset}/images/{image}/annotations/", {"revision": 1, "shapes": []})
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="This image was changed meanwhile")
    expect(dialog.get_by_text("What ina saved")).to_be_visible()
    dialog.get_by_role("button", name="Save mine in its place").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    shapes = api.get(f"datasets/{dataset}/images/{image}/")["shapes"]
    assert len(shapes) == 2, json.dumps(shapes)
    drawn = shapes[1]["geometry"]
    assert [round(drawn[name] / 2) for name in ("x1", "y1", "x2", "y2")] == [100, 50, 140, 90]

    page.get_by_role("link", name="Leaves").click()
    expect(page.get_by_role("link", name=re.compile("^a.png.*2 annotations"))).to_be_visible()
    page.goto(f"{address}/statistics")
    page.get_by_role("link", name=re.compile("^2: 1 images")).click()
    expect(page.get_by_text("1 image", exact=True)).to_be_visible()
    assert page_errors == []
