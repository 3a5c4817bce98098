"""What a vision team does with a data set before it trains: from a COCO upload to a split, a version and an export.

And, with a double of CVAT: a server is connected, a task is made, annotations are pulled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from scripts.api_client import Api
from tests.cvat.double import PASSWORD as CVAT_PASSWORD
from tests.cvat.double import USER as CVAT_USER
from tests.cvat.double import CvatDouble, serving
from tests.services._platform import RunningPlatform
from tests.services.platform_server import PlatformFactory

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

PASSWORD = "long enough for vera"
IMAGES = 12


@pytest.fixture(scope="module")
def platform(platform_factory: PlatformFactory) -> RunningPlatform:
    started = platform_factory(YARD_CVAT_ALLOW_LOOPBACK="true")
    started.create_user("vera", PASSWORD)
    return started


@pytest.fixture(scope="module")
def api(platform: RunningPlatform) -> Api:
    place = urlsplit(platform.address)
    client = Api(str(place.hostname), int(place.port or 80))
    client.sign_in("vera", PASSWORD)
    return client


@pytest.fixture(scope="module")
def dataset(api: Api, platform: RunningPlatform) -> dict[str, Any]:
    """An empty data set, and the address of its pages."""
    project = api.post("projects/", {"name": "Field"})["id"]
    made: dict[str, Any] = api.post("datasets/", {"project": project, "name": "Beets"})
    return {**made, "address": f"{platform.address}/projects/{project}/datasets/{made['id']}"}


@pytest.fixture
def complaints() -> list[str]:
    """Errors and warnings of the console; a test takes out what it provoked."""
    return []


@pytest.fixture
def signed_in(
    page: Page, platform: RunningPlatform, api: Api, page_errors: list[str], complaints: list[str]
) -> Iterator[Page]:
    """A page of vera's; what the console complains about fails the test in the end."""

    def spoke(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", spoke)
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    cookies = [{"name": name, "value": value, "url": platform.address} for name, value in api._cookies.items()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    yield page
    assert [*complaints, *page_errors] == []


@pytest.fixture(scope="module")
def coco(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Images and a COCO file: the last image is a copy of the first, one box has no area, one image no label."""
    folder = tmp_path_factory.mktemp("coco")
    images, annotations = [], []
    for number in range(IMAGES):
        picture = Image.new("RGB", (160, 120), (20 * number, 90, 140))
        ImageDraw.Draw(picture).ellipse((4 * number, 20, 40 + 9 * number, 100), fill=(220, 20 * number, 30))
        picture.save(folder / f"{number:02}.png")
        images.append({"id": number, "file_name": f"{number:02}.png", "width": 160, "height": 120})
        if number != 5:
            width = 0 if number == 3 else 50
            box = {"bbox": [10 + number, 20, width, 40], "area": width * 40, "iscrowd": 0, "segmentation": []}
            annotations.append({"id": number, "image_id": number, "category_id": 1 + number % 2, **box})
    (folder / f"{IMAGES - 1:02}.png").write_bytes((folder / "00.png").read_bytes())
    categories = [{"id": 1, "name": "beet"}, {"id": 2, "name": "weed"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "instances.json").write_text(json.dumps(document))
    return sorted(folder.iterdir())


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_from_a_coco_upload_to_a_version_and_an_export(
    signed_in: Page, dataset: dict[str, Any], coco: list[Path], api: Api
) -> None:
    page, address = signed_in, dataset["address"]
    page.goto(f"{address}/images")
    press(page, "Upload images")
    page.get_by_role("dialog").locator("input[type=file]").first.set_input_files(coco)
    page.get_by_role("dialog").get_by_role("button", name="Upload", exact=True).click()
    panel = page.get_by_role("complementary", name="Uploads")
    expect(panel.get_by_text(re.compile("^Imported: 12 images"))).to_be_visible()
    panel.get_by_role("button", name="Close").click()

    # The report of the import, then what the doctor says, a repair, and its way back.
    page.get_by_role("link", name="Imports").click()
    expect(page.get_by_text("A box (weed) of 03.png has no area (0 x 40 pixels).")).to_be_visible()
    page.goto(f"{address}/findings")
    press(page, "Examine now")
    card = page.get_by_text("Shapes without area").locator("xpath=ancestor::*[contains(@class,'MuiCard-root')][1]")
    card.get_by_role("button", name=re.compile("^Remove the shapes")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Makes a version before and one after it")).to_be_visible()
    dialog.get_by_role("button", name="Remove the shapes").click()
    undo = page.get_by_role("button", name="Undo", exact=True)
    expect(page.get_by_text(re.compile("version 1 → 2"))).to_be_visible()
    assert api.get(f"datasets/{dataset['id']}/")["shape_count"] == 10
    undo.first.click()
    expect(page.get_by_text(re.compile(", undone "))).to_be_visible()
    assert api.get(f"datasets/{dataset['id']}/")["shape_count"] == 11

    # A split, made to leak by hand in the gallery, and mended.
    page.goto(f"{address}/split")
    press(page, "New split")
    page.get_by_role("dialog").get_by_role("button", name="Make the split").click()
    expect(page.get_by_text("In use").first).to_be_visible()
    page.goto(f"{address}/images")
    for name, part in (("00.png", "Train"), ("11.png", "Test")):
        page.get_by_label(f"Choose {name}").click(force=True)
        press(page, "Put into a part")
        page.get_by_role("menuitem", name=part).click()
        expect(page.get_by_role("region", name="Chosen images")).to_have_count(0)
    page.get_by_label("Choose 00.png").click(force=True)
    press(page, "Choose all 12 images")
    press(page, "Tag…")
    page.get_by_role("dialog").get_by_label("Tag", exact=True).fill("first season")
    page.get_by_role("dialog").get_by_role("button", name="Tag them").click()
    expect(page.get_by_text("12 images tagged first season.")).to_be_visible()
    page.goto(f"{address}/split")
    expect(page.get_by_text("Same file", exact=True)).to_be_visible()
    press(page, "Put all together")
    expect(page.get_by_text("No image looks like one of another part.")).to_be_visible()

    # A version, compared with the one before the repair, trained on and exported.
    page.goto(f"{address}/versions")
    press(page, "Freeze a version now")
    page.get_by_role("dialog").get_by_label("Note").fill("ready")
    page.get_by_role("dialog").get_by_role("button", name="Freeze").click()
    expect(page.get_by_text(re.compile(r"^Version \d is frozen\."))).to_be_visible()
    number = api.get(f"datasets/{dataset['id']}/")["latest_version"]["number"]
    page.goto(f"{address}/compare?from=1&to={number}")
    expect(page.get_by_text("11 → 23")).to_be_visible()
    page.goto(f"{address}/versions/{number}")
    page.get_by_role("link", name="Train on this version").click()
    expect(page.get_by_label("Data set version")).to_have_text(f"Version {number}")
    expect(page.get_by_text(re.compile("12 images, 12 annotated; split "))).to_be_visible()
    page.goto(f"{address}/images")
    press(page, "More actions")
    page.get_by_role("menuitem", name="Export…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("What is lost")).to_be_visible()
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")


def test_a_server_is_connected_a_task_made_and_pulled(
    signed_in: Page, dataset: dict[str, Any], platform: RunningPlatform, complaints: list[str]
) -> None:
    page, address = signed_in, dataset["address"]
    with serving(CvatDouble()) as double:
        page.goto(f"{platform.address}/projects/{dataset['project']}/settings/cvat")
        page.get_by_role("button", name=re.compile("^(Add|Connect)")).first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name", exact=False).first.fill("Our CVAT")
        dialog.get_by_label("Address").fill(double.address)
        dialog.get_by_label("User name").fill(CVAT_USER)
        dialog.get_by_role("textbox", name="Password").fill("wrong")
        dialog.get_by_role("button", name="Test and save").click()
        expect(dialog.locator(".Mui-error").first).to_be_visible()
        assert [complaint for complaint in complaints if "400" not in complaint] == []
        complaints.clear()
        dialog.get_by_role("textbox", name="Password").fill(CVAT_PASSWORD)
        dialog.get_by_role("button", name="Test and save").click()
        expect(page.get_by_text("Our CVAT answers")).to_be_visible()
        page.goto(f"{address}/cvat")
        page.get_by_role("button", name="Make the task").click()
        expect(page.get_by_text("Linked", exact=True).first).to_be_visible()
        page.get_by_role("button", name="Pull now").click()
        expect(page.get_by_text(re.compile("Pulling annotations")).first).to_be_visible()
        expect(page.get_by_text("Done", exact=True).first).to_be_visible()


PAGES = (
    "images", "statistics", "split", "findings", "versions", "versions/{before}", "compare?from={before}&to={after}",
    "imports", "cvat", "../../convert", "../../settings/cvat", "images/{image}", "images/{image}?edit=1",
)  # fmt: skip


SETTLE = """async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
  for (const one of document.getAnimations()) if (one.effect.getComputedTiming().endTime < 1e6) one.finish()
  await new Promise(requestAnimationFrame)
}"""


def test_axe_finds_nothing_serious(signed_in: Page, dataset: dict[str, Any], api: Api) -> None:
    """In light and dark, of all that the two stories above have made."""
    page, one = signed_in, f"datasets/{dataset['id']}/"
    page.emulate_media(reduced_motion="reduce")
    image = api.get(f"{one}images/")["results"][0]["id"]
    numbers = [version["number"] for version in api.get(f"{one}versions/", ordering="number")["results"]]
    bad = {}
    for place in PAGES:
        address = place.format(image=image, before=numbers[0], after=numbers[-1])
        settled(page, f"{dataset['address']}/{address}")
        bad |= {f"{place} ({scheme})": found for scheme, found in serious_in_both(page)}
    assert bad == {}, json.dumps(bad, indent=1)


DIALOGS = (
    ("images", "Upload"), ("statistics", "Add a class"), ("split", "New split"), ("findings", "Thresholds"),
    ("versions", "Freeze a version now"), ("../../datasets", "New data set"), ("../../templates", "Upload a template"),
)  # fmt: skip


def test_axe_finds_nothing_serious_in_open_dialogs(signed_in: Page, dataset: dict[str, Any]) -> None:
    page = signed_in
    page.emulate_media(reduced_motion="reduce")
    bad = {}
    for place, button in DIALOGS:
        settled(page, f"{dataset['address']}/{place}")
        page.get_by_role("button", name=button, exact=True).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        bad |= {f"{button} ({scheme})": found for scheme, found in serious_in_both(page)}
    assert bad == {}, json.dumps(bad, indent=1)


def settled(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    expect(page.locator("main .MuiSkeleton-root")).to_have_count(0)


def serious_in_both(page: Page) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(colour scheme, what is serious in it), where there is anything."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(SETTLE)  # colours pass into one another, and half-way no text has its contrast
        if found := serious(page):
            yield scheme, found


def serious(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}]
