"""The maintained client of the tus protocol (tus-js-client, which the pages use too) against the whole platform."""

from __future__ import annotations

import json
import subprocess
import time
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from scripts.api_client import Api
from scripts.frontend import node_environment
from scripts.places import ROOT
from tests.services._need import missing
from tests.services._platform import RunningPlatform

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PASSWORD = "long enough for tessa"
SCRIPT = Path(__file__).with_name("tus_uploads.mjs")
NAMES = ("chunked", "creation", "override", "parallel", "deferred", "resumed")
CHUNK = 64 * 1024


def noise(seed: int) -> bytes:
    """A picture of a few chunks that nothing can pack."""
    target = BytesIO()
    Image.frombytes("RGB", (320, 300), Random(seed).randbytes(320 * 300 * 3)).save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def client() -> Path:
    """The folder with the pages' packages, tus-js-client among them."""
    folder = ROOT / "frontend"
    if not (folder / "node_modules" / "tus-js-client").is_dir() or not (ROOT / ".node" / "bin" / "node").exists():
        missing("Node or the packages of the pages are not installed (make setup brings them)")
    return folder


def test_every_way_of_the_protocol_brings_the_same_bytes(
    client: Path, running_platform: RunningPlatform, tmp_path: Path
) -> None:
    running_platform.create_user("tessa", PASSWORD)
    place = urlsplit(running_platform.address)
    api = Api(str(place.hostname), int(place.port or 80))
    api.sign_in("tessa", PASSWORD)
    project = api.post("projects/", {"name": "tus"})["id"]
    dataset = api.post("datasets/", {"project": project, "name": "noise"})["id"]
    job = api.post(f"datasets/{dataset}/imports/")["id"]
    token = api.post("tokens/", {"name": "tus", "scope": "write"})["token"]
    files = {name: noise(seed) for seed, name in enumerate(NAMES)}
    for name, content in files.items():
        (tmp_path / f"{name}.png").write_bytes(content)

    found = uploaded(client, f"{running_platform.address}/api/v1/imports/{job}/uploads/", token, tmp_path)
    assert found["resumedSame"]
    assert found["resumedAt"] >= 2 * CHUNK
    assert (found["terminated"], found["tooLate"]) == (404, 404)

    api.post(f"imports/{job}/start/")
    end = time.monotonic() + 120
    while (state := api.get(f"imports/{job}/"))["state"] not in {"succeeded", "failed"}:
        assert time.monotonic() < end, state
        time.sleep(0.2)
    assert (state["state"], state["report"]["images"]) == ("succeeded", len(NAMES)), state["message"]
    listed = api.get(f"datasets/{dataset}/images/")["results"]
    sizes = {image["name"].removesuffix(".png"): image["size"] for image in listed}
    assert sizes == {name: len(content) for name, content in files.items()}


def uploaded(client: Path, endpoint: str, token: str, folder: Path) -> dict[str, Any]:
    """What the script says it saw. Fails with its own words."""
    command = ["node", str(SCRIPT), endpoint, token, str(folder), str(client)]
    ended = subprocess.run(command, env=node_environment(), capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found
