"""The pages in a real browser on a real platform: the main job from sign-in to model, and what surrounds it.

Everything goes through the pages but what a test only needs to be there: that is made through the API.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from scripts.api_client import Api
from tests.runs.tiny_template import DOCKERFILE, TRAIN, tiny_template
from tests.services._platform import RunningPlatform
from tests.services.platform_server import PlatformFactory

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page, Request

pytestmark = [pytest.mark.e2e, pytest.mark.train, pytest.mark.timeout(600)]

PASSWORD = "long enough for olga"
IMAGES = 50  # more than one page of the gallery
GOOD_DOCKERFILE = re.sub("^FROM .*", "FROM trainyard-base-classic", DOCKERFILE)
SMALL = {"cpus": 1, "memory_bytes": 512 << 20, "shared_memory_bytes": 16 << 20, "gpus": 0}


@dataclass(frozen=True)
class Lab:
    """A project with a small data set and the tiny template, of the user whose client ``api`` is."""

    address: str
    api: Api
    project: int
    dataset: int
    version: int

    def page(self, rest: str) -> str:
        return f"{self.address}/projects/{self.project}/{rest}"

    def start(self, name: str, **config: Any) -> int:
        """Start a run through the API; returns its id."""
        body = {
            "project": self.project,
            "dataset": self.dataset,
            "template_version": self.version,
            "name": name,
            "config": {"epochs": 3, "rate": 0.5, "pause": 0, "fail": 0, **config},
            "export_config": None,
            "resources": SMALL,
        }
        return int(self.api.post("runs/", body)["id"])

    def run(self, number: int) -> dict[str, Any]:
        return dict(self.api.get(f"runs/{number}/"))

    def ended(self, name: str, **config: Any) -> int:
        """A run that has ended, whichever way."""
        number = self.start(name, **config)
        self.wait(number, "succeeded", "failed")
        return number

    def wait(self, number: int, *states: str) -> None:
        wait_until(lambda: self.run(number)["state"] in states)


@pytest.fixture(scope="module")
def platform(platform_factory: PlatformFactory) -> RunningPlatform:
    started = platform_factory(YARD_LAUNCHER="process")
    started.create_user("olga", PASSWORD)
    started.create_user("otto", PASSWORD)
    return started


@pytest.fixture(scope="module")
def lab(platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    place = urlsplit(platform.address)
    api = Api(str(place.hostname), int(place.port or 80))
    api.sign_in("olga", PASSWORD)
    project = api.post("projects/", {"name": "Lab"})["id"]
    archive = tmp_path_factory.mktemp("dots") / "dots.zip"
    archive.write_bytes(dots())
    dataset = api.post("datasets/", {"project": project, "name": "Dots"})["id"]
    job = api.post(f"datasets/{dataset}/imports/")["id"]
    api.upload(f"imports/{job}/uploads/", archive, lambda *_: None)
    api.post(f"imports/{job}/start/")
    zipped = tiny_template(Dockerfile=GOOD_DOCKERFILE).getvalue()
    uploaded = api.send_form("templates/upload/", {"project": str(project)}, ("template_zip", "tiny.zip", zipped))
    wait_until(lambda: api.get(f"imports/{job}/")["state"] == "succeeded")
    return Lab(platform.address, api, project, dataset, uploaded["version"]["id"])


def wait_until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not ready():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.3)


def dots() -> bytes:
    """A ZIP of small images with a tag each."""
    target, images = io.BytesIO(), ""
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(IMAGES):
            picture = io.BytesIO()
            Image.new("RGB", (32, 24), (5 * number, 90, 200)).save(picture, "PNG")
            archive.writestr(f"dot_{number:02}.png", picture.getvalue())
            box = '<box label="dot" occluded="0" xtl="4" ytl="4" xbr="20" ybr="16" z_order="0"/>'
            images += f'<image id="{number}" name="dot_{number:02}.png" width="32" height="24">{box}</image>'
        labels = "<meta><task><labels><label><name>dot</name><attributes/></label></labels></task></meta>"
        archive.writestr("annotations.xml", f"<annotations><version>1.1</version>{labels}{images}</annotations>")
    return target.getvalue()


@dataclass
class Heard:
    """What the browser did and complained about."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def forgive(self, words: str) -> None:
        """Take out complaints that the test provoked on purpose."""
        assert any(words in complaint for complaint in self.complaints), self.complaints
        self.complaints[:] = [complaint for complaint in self.complaints if words not in complaint]


@pytest.fixture
def heard(page: Page, platform: RunningPlatform, page_errors: list[str]) -> Iterator[Heard]:
    """Fails the test in the end on console errors and warnings (a refused content policy is one) and other origins."""
    found = Heard()

    def spoke(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.complaints.append(f"{message.type}: {message.text}")

    def asked(request: Request) -> None:
        found.requests.append(request.url)
        if not request.url.startswith((platform.address, "data:", "blob:")):
            found.complaints.append(f"another origin: {request.url}")

    page.on("console", spoke)
    page.on("request", asked)
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield found
    assert [*found.complaints, *page_errors] == []


@pytest.fixture
def signed_in(page: Page, lab: Lab, heard: Heard) -> Page:
    """A page whose user is signed in (the session is taken over from the API's client)."""
    cookies = [{"name": name, "value": value, "url": lab.address} for name, value in lab.api._cookies.items()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    return page


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.get_by_label("User name").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def state_of(page: Page, word: str) -> Locator:
    return page.locator("main").get_by_text(word, exact=True).first


def editor_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Configuration as JSON")


def open_new_run(page: Page, lab: Lab) -> None:
    page.goto(lab.page(f"runs/new?dataset={lab.dataset}&template={lab.version}"))
    page.get_by_role("spinbutton", name="Epochs").wait_for()
    editor_of(page).wait_for()


def submit(page: Page) -> dict[str, Any]:
    """Start the run; returns what was sent, as text and read."""
    with page.expect_request(lambda r: r.method == "POST" and r.url.endswith("/api/v1/runs/")) as sent:
        page.get_by_role("button", name="Start the run").click()
    page.wait_for_url(re.compile(r"/runs/\d+"))
    text = sent.value.post_data or ""
    return {"text": text, **json.loads(text)}


def number_of(page: Page) -> int:
    found = re.search(r"/runs/(\d+)", page.url)
    assert found is not None
    return int(found.group(1))


def serious(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page)
    return [
        (violation["id"], violation["nodes"][0]["html"])
        for violation in found.response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


# --- the main job ----------------------------------------------------------------------------------------------


def test_from_sign_in_to_the_model(
    page: Page, platform: RunningPlatform, lab: Lab, tmp_path: Path, heard: Heard
) -> None:
    folder = tmp_path / "digits"
    platform.manage("sample_data", "digits", "--out", str(folder), "--count", "150")
    pictures = sorted(folder.rglob("*.png"))
    archive = tmp_path / "digits.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in (folder / "annotations.xml", *pictures):
            target.write(file, file.name)

    sign_in(page, platform.address)
    page.get_by_role("button", name=re.compile("^Project")).click()
    page.get_by_role("menuitem", name="New project").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Digits")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    upload_new(page, "As one ZIP", [archive])
    page.get_by_text("150 images").or_(page.get_by_text(pictures[0].name)).first.wait_for()
    page.get_by_role("link", name="Data sets").first.click()
    upload_new(page, "As files", [folder / "annotations.xml", *pictures])
    page.get_by_text(pictures[0].name).first.wait_for()
    page.get_by_role("link", name="Imports").click()
    page.get_by_text("matched with an image").wait_for()

    page.get_by_role("link", name="Train on this").click()
    page.get_by_label("Template").first.click()
    page.get_by_role("option", name=re.compile("Image features")).click()
    page.get_by_role("spinbutton", name="Learning curve steps").fill("3")
    editor_of(page).get_by_text(re.compile("learning")).first.wait_for()
    sent = submit(page)
    assert sent["config"]["learning-curve-steps"] == 3

    page.get_by_role("link", name="Log", exact=True).click()
    log = page.get_by_role("log")
    log.get_by_text("Training ended").first.wait_for()
    page.reload()
    log.get_by_text("Training ended").first.wait_for()

    page.get_by_role("link", name="Overview").click()
    state_of(page, "Succeeded").wait_for()
    score = lab.run(number_of(page))["score"]
    assert score > 0.5
    expect(page.get_by_role("region", name="Score")).to_contain_text(f"{score:.3f}".rstrip("0"))
    expect(page.get_by_role("region", name="Key curves").locator("canvas").first).to_be_visible()
    page.get_by_role("link", name="Metrics").click()
    expect(page.get_by_role("img", name=re.compile("accuracy")).first).to_be_visible()
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_role("region", name="Pinned for this run")).to_contain_text("150, 150 annotated")

    page.get_by_role("link", name="Files", exact=True).click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download model.joblib").click()
    content = Path(downloading.value.path()).read_bytes()
    assert page.get_by_title(hashlib.sha256(content).hexdigest()).is_visible()


def upload_new(page: Page, name: str, files: list[Path]) -> None:
    page.get_by_role("button", name="New data set").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.get_by_role("dialog").get_by_label("Files", exact=True).set_input_files(files)
    page.get_by_role("button", name="Create and upload").click()


# --- what happens is seen as it happens ------------------------------------------------------------------------


def test_a_list_learns_of_a_run_by_push(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    lab.ended("Seen at first")
    with page.expect_response(lambda r: "/events/stream/" in r.url) as stream:
        page.goto(lab.page("runs"))
    assert stream.value.status == 200
    assert stream.value.headers["content-type"].startswith("text/event-stream")
    page.get_by_text("Seen at first").wait_for()
    # Nothing in the list moves now, so the page asks for nothing by itself.
    lab.start("Came by push")
    page.get_by_role("link", name="Came by push").wait_for()


def test_the_log_comes_by_stream_and_the_run_is_stopped_from_its_page(signed_in: Page, lab: Lab, heard: Heard) -> None:
    page = signed_in
    number = lab.start("Stopped from its page", epochs=600, pause=0.2)
    page.goto(lab.page(f"runs/{number}"))
    state_of(page, "Running").wait_for()
    page.get_by_role("link", name="Log", exact=True).click()
    log = page.get_by_role("log")
    log.get_by_text("epoch 3/600").wait_for()
    page.get_by_text(re.compile("^Live")).wait_for()
    log.get_by_text("epoch 12/600").wait_for()
    asked = [url for url in heard.requests if re.search(r"/log/(stream/)?\?", url)]
    assert "/log/stream/" in asked[-1], "after the stream began the page asked for no more parts"
    page.reload()
    log.get_by_text("epoch 20/600").wait_for()

    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the run").click()
    log.get_by_text("handler ran").wait_for()
    state_of(page, "Stopped").wait_for()


def test_at_phone_width_state_log_and_stop_are_at_hand(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    page.set_viewport_size({"width": 390, "height": 844})
    number = lab.start("Followed by phone", epochs=600, pause=0.2)
    page.goto(lab.page(f"runs/{number}"))
    state_of(page, "Running").wait_for()
    for tab in ("Overview", "Log", "Metrics", "Config", "Events"):
        page.get_by_role("link", name=tab, exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{tab} is wider than the screen"
    page.get_by_role("link", name="Log", exact=True).click()
    page.get_by_role("log").get_by_text("epoch 2/600").wait_for()
    expect(page.get_by_role("button", name="Stop")).to_be_in_viewport()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop the run").click()
    state_of(page, "Stopped").wait_for()


# --- a run's end ------------------------------------------------------------------------------------------------


def test_a_failed_run_opens_on_what_went_wrong(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    page.goto(lab.page(f"runs/{lab.ended('Fails', fail=3)}"))
    wrong = page.get_by_role("alert").filter(has_text="exit code 3")
    expect(wrong).to_be_in_viewport()
    expect(wrong).to_contain_text("What now:")
    expect(wrong).to_contain_text("epoch 3/3")


def test_another_pattern_reads_another_score(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    page.goto(lab.page(f"runs/{lab.ended('Scored')}"))
    card = page.get_by_role("region", name="Score")
    expect(card).to_contain_text("Accuracy 0.87549")
    card.get_by_role("button", name="Change the pattern").click()
    card.get_by_label("Regular expression").fill(r"loss=(\d+\.\d+)")
    card.get_by_role("button", name="Read the score again").click()
    expect(card).to_contain_text("epoch 3/3 loss=0.167")
    expect(page.locator("main").get_by_text("0.167", exact=True).first).to_be_visible()


def test_running_again_says_what_differs_and_builds_nothing(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    origin = lab.ended("Once")
    page.goto(lab.page(f"runs/{origin}"))
    page.get_by_role("link", name="Run again").click()
    page.get_by_text("The same values so far.").wait_for()
    page.get_by_role("spinbutton", name="Epochs").fill("4")
    table = page.get_by_role("table", name=re.compile("^Differences"))
    expect(table.get_by_role("row").filter(has_text="epochs")).to_contain_text("34")
    assert submit(page)["parent"] == origin
    page.get_by_role("link", name=f"run #{origin}").wait_for()
    state_of(page, "Succeeded").wait_for()
    changes = [change["to_state"] for change in lab.run(number_of(page))["changes"]]
    assert "building" not in changes


# --- the form ---------------------------------------------------------------------------------------------------


def rewrite(editor: Locator, text: str) -> None:
    """Put this text in place of all that is in the JSON editor, by keys.

    What ``fill`` does instead has the browser copy the old text's colours as inline styles now and then, which the
    content policy refuses.
    """
    editor.click()
    editor.press("ControlOrMeta+a")
    editor.press("Delete")
    editor.page.keyboard.insert_text(text)


def test_form_and_json_stay_in_step_and_nothing_is_lost(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    open_new_run(page, lab)
    editor = editor_of(page)
    page.get_by_role("spinbutton", name="Epochs").fill("5")
    expect(editor).to_contain_text('"epochs": 5')
    rewrite(editor, '{"epochs": 6, "rate": 1, "pause": 0}')
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("6")

    rewrite(editor, '{"epochs": 6, "rate": ')
    expect(page.get_by_role("alert").filter(has_text="The JSON cannot be read")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("6")
    expect(page.get_by_role("button", name="Start the run")).to_be_disabled()
    page.reload()
    expect(editor).to_contain_text('{"epochs": 6, "rate":')

    rewrite(editor, '{"epochs": 6, "rate": 1, "pause": 0}')
    page.get_by_role("spinbutton", name="Learning rate").fill("2")
    sent = submit(page)
    assert json.dumps(sent["config"]) == '{"epochs": 6, "rate": 2, "pause": 0}', "whole numbers stay whole"
    assert ".0" not in sent["text"].partition('"config"')[2].partition("}")[0]


def test_a_configuration_is_saved_and_loaded_as_a_file(signed_in: Page, lab: Lab, tmp_path: Path) -> None:
    page = signed_in
    open_new_run(page, lab)
    own = tmp_path / "own.json"
    own.write_text('{"epochs": 9, "rate": 0.25}')
    page.get_by_label("Configuration file").set_input_files(own)
    expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("9")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save", exact=True).click()
    assert downloading.value.suggested_filename.startswith("acme-tiny_")
    assert downloading.value.suggested_filename.endswith("-train.json")
    assert json.loads(Path(downloading.value.path()).read_text()) == {"epochs": 9, "rate": 0.25}


# --- pictures, templates, settings ------------------------------------------------------------------------------


def test_arrow_keys_turn_pictures_over_the_edge_of_a_page(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    page.goto(lab.page(f"datasets/{lab.dataset}/images"))
    page.get_by_role("link", name=re.compile("dot_00.png")).focus()
    page.keyboard.press("End")  # only the tiles in sight are on the page
    page.get_by_role("link", name=re.compile("dot_47.png")).click()
    shown = page.get_by_role("main")
    expect(page.get_by_role("heading", name="dot_47.png")).to_be_visible()
    expect(shown).to_contain_text(f"48 of {IMAGES}")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="dot_48.png")).to_be_visible()
    expect(shown).to_contain_text(f"49 of {IMAGES}")
    # Faster than any answer comes: no step is lost.
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="dot_45.png")).to_be_visible()
    expect(shown).to_contain_text(f"46 of {IMAGES}")
    page.go_back()
    expect(page.get_by_role("link", name=re.compile("dot_47.png"))).to_be_visible()


def test_a_refused_template_shows_its_findings_and_a_good_one_is_taken(signed_in: Page, lab: Lab, heard: Heard) -> None:
    page = signed_in
    page.goto(lab.page("templates"))
    page.get_by_role("button", name="Upload a template").click()
    dialog = page.get_by_role("dialog")
    bad = tiny_template(custom="{").getvalue()
    picked = dialog.get_by_label("Template ZIP")
    picked.set_input_files({"name": "bad.zip", "mimeType": "application/zip", "buffer": bad})
    expect(dialog).to_contain_text("Nothing was installed.")
    expect(dialog).to_contain_text("custom.json")
    heard.forgive("status of 4")
    good = tiny_template(Dockerfile=GOOD_DOCKERFILE, train=f"{TRAIN}# changed").getvalue()
    picked.set_input_files({"name": "good.zip", "mimeType": "application/zip", "buffer": good})
    expect(dialog).to_contain_text("is installed")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_token_is_shown_once_and_revoked(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    page.goto(lab.page("settings/tokens"))
    page.get_by_role("button", name="New token").click()
    page.get_by_role("dialog").get_by_label("Name").fill("notebook")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    token = page.get_by_test_id("new-token").inner_text()
    assert status_with(token, lab) == 200
    page.get_by_role("button", name="I have copied it").click()
    row = page.get_by_role("row").filter(has_text="notebook")
    row.wait_for()
    page.reload()
    row.wait_for()
    assert token not in page.content()
    page.get_by_role("button", name="Revoke notebook").click()
    page.get_by_role("button", name="Revoke the token").click()
    row.get_by_text("Revoked").wait_for()
    assert status_with(token, lab) == 401


def status_with(token: str, lab: Lab) -> int:
    request = urllib.request.Request(f"{lab.address}/api/v1/projects/", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_members_come_and_go(signed_in: Page, lab: Lab) -> None:
    page = signed_in
    page.goto(lab.page("settings/members"))
    page.get_by_label("User name").fill("otto")
    page.get_by_role("button", name="Add", exact=True).click()
    row = page.get_by_role("row").filter(has_text="otto")
    row.wait_for()
    page.get_by_role("button", name="Remove otto").click()
    page.get_by_role("button", name="Remove the member").click()
    expect(row).to_have_count(0)


# --- for everyone -----------------------------------------------------------------------------------------------


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.matches(`[aria-label='${name}']`) ||"
                         " [...(document.activeElement.labels ?? [])].some(l => l.innerText.startsWith(name)) ||"
                         " document.activeElement.innerText?.trim() === name", name):  # fmt: skip
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_the_keyboard_alone_starts_a_run(page: Page, lab: Lab, heard: Heard) -> None:
    page.goto(lab.page("runs"))
    page.get_by_label("User name").wait_for()
    page.keyboard.type("olga")  # the field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="New run").wait_for()
    tab_to(page, "New run")
    page.keyboard.press("Enter")
    page.get_by_label("Data set").wait_for()
    for label, words in (("Data set", "Dots"), ("Template", "Tiny")):
        tab_to(page, label)
        page.keyboard.type(words)
        page.get_by_role("option", name=re.compile(words)).first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.get_by_role("spinbutton", name="Epochs").wait_for()
    expect(page.get_by_role("button", name="Start the run")).to_be_enabled()
    tab_to(page, "Start the run")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/runs/\d+"))
    state_of(page, "Succeeded").wait_for()


PAGES = (
    "datasets",
    "datasets/{dataset}/images",
    "datasets/{dataset}/statistics",
    "datasets/{dataset}/versions",
    "datasets/{dataset}/imports",
    "templates",
    "templates/{template}/about",
    "runs",
    "runs/new?dataset={dataset}&template={version}",
    "runs/{run}",
    "runs/{run}/metrics",
    "runs/{run}/log",
    "runs/{run}/config",
    "runs/{run}/data",
    "runs/{run}/events",
    "runs/{failed}",
    "models",
    "models/{model}",
    "settings/account",
    "settings/tokens",
    "settings/members",
    "settings/hosts",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(signed_in: Page, lab: Lab, scheme: Any) -> None:
    page = signed_in
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    run = lab.ended(f"Looked at in {scheme}")
    known = {
        "dataset": lab.dataset,
        "version": lab.version,
        "template": lab.run(run)["template"]["id"],
        "run": run,
        "failed": lab.ended(f"Fails in {scheme}", fail=1),
        "model": lab.run(run)["outputs"][0]["model"],
    }
    bad = {}
    for address in PAGES:
        page.goto(lab.page(address.format(**known)))
        page.get_by_role("heading", level=1).wait_for()
        expect(page.locator("main .MuiSkeleton-root")).to_have_count(0)
        if found := serious(page):
            bad[address] = found
    assert bad == {}, json.dumps(bad, indent=1)
