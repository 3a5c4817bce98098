"""The disk is full in each place that writes: told clearly, nothing corrupt, and going on when there is room again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from scripts.problems import Problem
from tests.faults._small_disks import SmallDisk, small_disk
from tests.faults._tus import append, begin_upload, offset_of
from tests.faults.harness import Site, execution_of, yard
from tests.faults.job import archive

pytestmark = [pytest.mark.faults, pytest.mark.timeout(280)]

TAKE_MODEL = "yard.runs.outputs:model_take"


class Cramped:
    """A platform each of whose folders is a small disk."""

    def __init__(self, site: Site, disks: dict[str, SmallDisk]) -> None:
        self.site, self.disks = site, disks

    def reason(self, run: dict[str, Any]) -> str:
        (found,) = self.site.rows("SELECT reason FROM executions_execution WHERE id = %s", [execution_of(run)])
        return str(found[0])

    def until_told(self, run: dict[str, Any], *words: str) -> None:
        self.site.until(
            lambda: all(word in self.reason(run) for word in words),
            f"the user is told {words}",
            lambda: self.site.story(run),
        )


@pytest.fixture(scope="module")
def cramped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cramped]:
    folder = tmp_path_factory.mktemp("cramped") / "site"
    with ExitStack() as stack:
        sizes = {"data": 96, "storage": 24, "executions": 48, "cache": 24}
        disks = {name: stack.enter_context(small_disk(folder / name, size)) for name, size in sizes.items()}
        settings = {
            "YARD_STORAGE_DIR": str(folder / "storage"),
            "YARD_EXECUTIONS_DIR": str(folder / "executions"),
            "YARD_DATA_CACHE_DIR": str(folder / "cache"),
        }
        with yard(folder, points=[TAKE_MODEL], **settings) as site:
            site.until_ended(site.job().start(epochs=1))
            yield Cramped(site, disks)


@pytest.fixture(autouse=True)
def _room_afterwards(cramped: Cramped) -> Iterator[None]:
    yield
    for disk in cramped.disks.values():
        disk.empty()


def test_an_upload_an_import_and_a_thumbnail_are_told_that_the_store_is_full_and_go_on(cramped: Cramped) -> None:
    site, store = cramped.site, cramped.disks["storage"]
    content = archive(site, images=200).read_bytes()
    dataset = site.api.post("datasets/", {"name": "full", "project": site.job().project["id"]})
    found = site.api.post(f"datasets/{dataset['id']}/imports/", {})
    place = begin_upload(site, f"imports/{found['id']}/uploads/", "set.zip", len(content))
    half = len(content) // 2
    append(site, place, content[:half], 0)
    store.fill()
    with pytest.raises(Problem, match=r"507.*no room left"):
        append(site, place, content[half:], half)
    assert offset_of(site, place) == half
    site.api.get("projects/")
    store.empty()
    assert append(site, place, content[half:], half) == len(content)

    store.fill()
    site.api.post(f"imports/{found['id']}/start/", {})
    row = "SELECT state, message FROM datasets_import WHERE id = %s"

    def waits() -> bool:
        state, message = site.rows(row, [found["id"]])[0]
        return state == "queued" and "no room left" in message

    site.until(waits, "it says why it waits", lambda: str(site.rows(row, [found["id"]])))
    store.empty()
    site.until(lambda: site.rows(row, [found["id"]])[0][0] == "succeeded", "the import goes on")
    assert site.api.get(f"datasets/{dataset['id']}/")["image_count"] == 200

    images = site.api.get(f"datasets/{dataset['id']}/images/")["results"]
    thumbnail = images[0]["thumbnail_url"].removeprefix("/api/v1/")
    for made in store.folder.glob("*/thumbnails/*/*"):
        made.unlink()  # as if it had not been made yet
    store.fill()
    with pytest.raises(Problem, match=r"507.*no room left"):
        site.api.text_from(thumbnail, 0)
    store.empty()
    assert site.api.text_from(thumbnail, 0)[0].startswith(b"RIFF")


def test_a_run_waits_for_room_where_boxes_lie(cramped: Cramped) -> None:
    disk = cramped.disks["executions"]
    disk.fill()
    run = cramped.site.job().start(epochs=3)
    cramped.until_told(run, "disk", "trying again")
    disk.empty()
    assert cramped.site.until_ended(run) == ["succeeded"]
    cramped.site.check()


@pytest.mark.soak
def test_a_build_waits_for_room_for_its_files(cramped: Cramped) -> None:
    site, disk, job = cramped.site, cramped.disks["executions"], cramped.site.job()
    version = job.another_template("no room")
    disk.fill()
    run = dict(job.api.post("runs/", {**job.body(epochs=3), "template_version": version}))
    sql = "SELECT reason FROM executions_execution WHERE kind = 'build' AND state = 'running'"
    site.until(lambda: any("trying again" in row[0] for row in site.rows(sql)), "the build says what it waits for")
    disk.empty()
    assert site.until_ended(run) == ["succeeded"]
    site.check()


def test_a_run_waits_for_room_for_its_data(cramped: Cramped) -> None:
    site, disk, job = cramped.site, cramped.disks["cache"], cramped.site.job()
    image = archive(site, images=5)
    found = site.api.post(f"datasets/{job.dataset['id']}/imports/", {})  # a version that is not cached yet
    place = begin_upload(site, f"imports/{found['id']}/uploads/", "more.zip", image.stat().st_size)
    append(site, place, image.read_bytes(), 0)
    site.api.post(f"imports/{found['id']}/start/", {})
    sql = "SELECT state FROM datasets_import WHERE id = %s"
    site.until(lambda: site.rows(sql, [found["id"]])[0][0] == "succeeded", "the images are taken")
    disk.fill()
    run = job.start(epochs=3)
    cramped.until_told(run, "no room left", "trying again")
    disk.empty()
    assert site.until_ended(run) == ["succeeded"]
    site.check()


def test_a_model_waits_for_room_in_the_store(cramped: Cramped) -> None:
    site, store = cramped.site, cramped.disks["storage"]
    site.arm(TAKE_MODEL)
    run = site.job().start(epochs=20)
    site.until_reached(TAKE_MODEL)
    store.fill()
    site.resume("supervisor")
    cramped.until_told(run, "no room left", "trying again")
    store.empty()
    assert site.until_ended(run) == ["succeeded"]
    site.check()


def test_no_line_is_lost_while_the_database_has_no_room(cramped: Cramped) -> None:
    site, data = cramped.site, cramped.disks["data"]
    run = site.job().start(epochs=100_000)  # more than the room that the database has in store
    site.until_state(run, "running")
    data.fill()
    site.until(lambda: "disk is full" in (site.folder / "supervisor.log").read_text(), "the log cannot be stored")
    with pytest.raises(Problem, match=r"507.*database is full"):
        _make_projects(site, 2000)
    assert site.api.get("runs/")["results"]
    data.empty()
    assert site.until_ended(run) == ["succeeded"]
    site.check()


def _make_projects(site: Site, count: int) -> None:
    for number in range(count):
        site.api.post("projects/", {"name": f"{number} {'x' * 80}"})
