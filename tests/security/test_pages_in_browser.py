"""Every page in a real browser: no rule of the content policy is broken, and nothing is complained of."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from scripts.api_client import Api
from tests.runs.tiny_template import tiny_template
from tests.services._platform import RunningPlatform
from tests.services.platform_server import PlatformFactory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ADMIN, PASSWORD = "anna", "long enough for anna"

# Collected by the page itself: a console shows them too, but not as what they are.
WATCH = """
window.violations = []
document.addEventListener('securitypolicyviolation', (event) => {
  const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event
  window.violations.push(`${effectiveDirective} ${blockedURI} ${sourceFile}:${lineNumber} ${sample}`)
})
"""


@dataclass
class Watched:
    """A page that remembers what went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def visit(self, address: str) -> None:
        self.page.goto(address, wait_until="load")
        self.page.wait_for_load_state("domcontentloaded")

    def check(self) -> None:
        """Nothing so far."""
        found = [f"{self.page.url}: {text}" for text in self.page.evaluate("window.violations")]
        assert found + self.complaints == []


@dataclass(frozen=True)
class Place:
    """The platform with one project, the ids of what is in it, and a signed-in client of its administrator."""

    address: str
    project: int
    dataset: int
    template: int
    api: Api


@pytest.fixture(scope="module")
def place(platform_factory: PlatformFactory, tmp_path_factory: pytest.TempPathFactory) -> Place:
    platform: RunningPlatform = platform_factory(YARD_LAUNCHER="process")
    platform.create_user(ADMIN, PASSWORD)
    make = "from yard.accounts.models import User; User.objects.update(is_staff=True, is_superuser=True)"
    platform.manage("shell", "-c", make)
    where = urlsplit(platform.address)
    api = Api(str(where.hostname), int(where.port or 80))
    api.sign_in(ADMIN, PASSWORD)
    project = api.post("projects/", {"name": "Lab"})["id"]
    archive = tmp_path_factory.mktemp("dots") / "dots.zip"
    archive.write_bytes(_dots())
    dataset = api.post("datasets/", {"project": project, "name": "Digits"})["id"]
    job = api.post(f"datasets/{dataset}/imports/")["id"]
    api.upload(f"imports/{job}/uploads/", archive, lambda *_: None)
    api.post(f"imports/{job}/start/")
    form = ("template_zip", "tiny.zip", tiny_template().getvalue())
    uploaded = api.send_form("templates/upload/", {"project": str(project)}, form)
    until = time.monotonic() + 120
    while api.get(f"imports/{job}/")["state"] != "succeeded" and time.monotonic() < until:
        time.sleep(0.2)
    return Place(platform.address, project, dataset, uploaded["template"]["id"], api)


def _dots() -> bytes:
    """Two images with a box each."""
    boxes = '<box label="dot" xtl="1" ytl="1" xbr="9" ybr="9" occluded="0"></box>'
    images = "".join(f'<image id="{n}" name="{n}.png" width="32" height="32">{boxes}</image>' for n in range(2))
    meta = "<meta><task><labels><label><name>dot</name><attributes/></label></labels></task></meta>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("annotations.xml", f"<annotations><version>1.1</version>{meta}{images}</annotations>")
        for number in range(2):
            picture = io.BytesIO()
            Image.new("RGB", (32, 32), (120 * number, 40, 90)).save(picture, "PNG")
            archive.writestr(f"{number}.png", picture.getvalue())
    return packed.getvalue()


@pytest.fixture
def watched(browser: Browser, place: Place) -> Iterator[Watched]:
    """A signed-in page, with both schemes' worth of styles."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    found = Watched(page)
    page.on("console", found.heard)
    page.on("pageerror", lambda error: found.complaints.append(f"{page.url}: {error}"))
    page.goto(f"{place.address}/sign-in")
    page.get_by_label("User name").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Account and look")).to_be_visible()
    found.check()
    yield found
    context.close()


def test_the_pages_of_the_app(watched: Watched, place: Place) -> None:
    base = f"{place.address}/projects/{place.project}"
    rests = ["runs", "runs/new", "datasets", f"datasets/{place.dataset}", f"datasets/{place.dataset}/statistics"]
    rests += [
        f"datasets/{place.dataset}/versions",
        f"datasets/{place.dataset}/imports",
        "templates",
        f"templates/{place.template}",
    ]
    rests += [f"templates/{place.template}/{tab}" for tab in ("form", "build", "findings", "runs")]
    rests += ["models", "settings/account", "settings/tokens", "settings/members", "settings/project", "settings/hosts"]
    for rest in rests:
        watched.visit(f"{base}/{rest}")
        expect(watched.page.locator("h1").first).to_be_visible()
        # Those with a value are no signs of loading: they show what a host has in use.
        expect(watched.page.locator("[role=progressbar]:not([aria-valuenow])")).to_have_count(0)
        watched.check()


def test_the_pages_of_the_administration(watched: Watched, place: Place) -> None:
    watched.visit(f"{place.address}/admin/")
    links = watched.page.eval_on_selector_all("#content-main a", "all => all.map((one) => one.href)")
    assert len(links) > 20, "the start page lists every kind of object"
    for link in dict.fromkeys(links):
        watched.visit(link)
        watched.check()
        row = watched.page.locator("#result_list th a, #result_list td.action-checkbox + td a").first
        if row.count():
            watched.visit(str(row.evaluate("(one) => one.href")))
            watched.check()


def test_the_description_of_the_api(watched: Watched, place: Place) -> None:
    watched.visit(f"{place.address}/api/docs/")
    expect(watched.page.get_by_text("Train vision models on your own data and machines.").first).to_be_visible()
    operation = watched.page.locator(".opblock-summary-control").first
    operation.click()
    expect(watched.page.get_by_role("button", name="Try it out").first).to_be_visible()
    watched.check()


def test_the_policy_allows_nothing_inline(watched: Watched, place: Place) -> None:
    """The watch itself works: what an injected text could do is refused, and seen."""
    for path in ("/", "/admin/", "/api/docs/"):
        watched.visit(f"{place.address}{path}")
        watched.page.evaluate(
            """() => {
              const text = '<p id="p" style="color: red" onclick="window.hit = 1">x</p>'
              document.body.insertAdjacentHTML('beforeend', text)
              document.getElementById('p').click()
              const script = document.createElement('script')
              script.textContent = 'window.hit = 2'
              document.body.append(script)
            }"""
        )
        watched.page.wait_for_function("window.violations.length >= 3")
        seen = " ".join(watched.page.evaluate("window.violations"))
        assert all(rule in seen for rule in ("style-src-attr", "script-src-attr", "script-src-elem")), seen
        assert watched.page.evaluate("window.hit") is None
        watched.complaints.clear()
