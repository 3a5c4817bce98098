"""The disk is full where others write for the platform: environments, the engine, the database server."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest

from tests.faults._small_disks import small_disk
from tests.faults.harness import yard
from tests.faults.with_engine import yard_with_engine

pytestmark = [pytest.mark.faults, pytest.mark.soak, pytest.mark.timeout(600)]


def test_a_build_waits_for_room_for_its_environment(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    with (
        small_disk(folder / "environments", 1000) as disk,
        yard(folder, YARD_ENVIRONMENTS_DIR=str(folder / "environments")) as site,
    ):
        disk.fill()
        run = site.job().start(epochs=3)
        sql = "SELECT reason FROM executions_execution WHERE kind = 'build'"
        site.until(lambda: any("trying again" in row[0] for row in site.rows(sql)), "the build says that it waits")
        disk.empty()
        assert site.until_ended(run) == ["succeeded"], site.story(run)
        site.check()


@pytest.mark.docker
def test_a_run_waits_for_room_on_the_disk_of_the_engine(tmp_path: Path) -> None:
    with small_disk(tmp_path / "engine", 768) as disk, yard_with_engine(tmp_path / "yard", disk=disk.folder) as found:
        site = found.site
        version = site.job().another_template("no room")
        disk.fill()
        run = dict(site.api.post("runs/", {**site.job().body(epochs=3), "template_version": version}))
        sql = "SELECT reason FROM executions_execution WHERE kind IN ('build', 'run') ORDER BY id DESC"
        site.until(
            lambda: any("trying again" in row[0] for row in site.rows(sql)),
            "it says what it waits for",
            lambda: str(site.rows(sql)),
        )
        disk.empty()
        assert site.until_ended(run) == ["succeeded"], site.story(run)
        site.check()


def test_no_line_is_lost_while_the_database_server_has_no_room(tmp_path: Path) -> None:
    # Not below pytest's folder, which the server's ordinary user may not enter.
    outside = Path(tempfile.mkdtemp(prefix="trainyard-faults-"))
    outside.chmod(0o755)
    with (
        small_disk(outside, 160) as disk,
        yard(tmp_path / "yard", postgres=True, server_folder=disk.folder) as site,
    ):
        run = site.job().start(epochs=60_000, pause=0.0002)
        site.until_state(run, "running")
        site.until_lines(run, 100)
        disk.fill()
        time.sleep(5)  # what it has in store is used up
        disk.empty()
        if not site.runs("postgres"):  # it ends itself when it cannot write its journal
            site.start("postgres")
        assert site.until_ended(run) == ["succeeded"]
        site.check()
