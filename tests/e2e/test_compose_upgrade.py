"""make compose-upgrade brings the stack to another release, and back when that one fails; compose-rollback undoes it.

The next releases are real images: the present one with one more migration, which works, fails half-way, or works while
the server does not start.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services._compose_site import Site
from tests.services._compose_stack import IMAGE

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1800)]

MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = {latest}
    operations = [
        migrations.RunSQL("CREATE TABLE next_release (id integer)"),
        migrations.RunSQL("UPDATE accounts_project SET name = name || ' of the next release'"),
        migrations.RunSQL("DELETE FROM runs_metricpoint"),
        {last}
    ]
"""
FAILS = 'migrations.RunSQL("SELECT nonsense FROM nowhere"),'
CANNOT_START = ["false"]


@pytest.fixture
def release(compose_site: Site, tmp_path: Path) -> Callable[..., str]:
    """Makes the image of a next release; returns its name."""

    def make(name: str, last: str = "", command: list[str] | None = None) -> str:
        latest = [(app, _latest_migration(compose_site, app)) for app in ("core", "accounts", "runs")]
        content = MIGRATION.format(latest=latest, last=last)
        (tmp_path / "9000_next_release.py").write_text(content, encoding="utf-8")
        steps = [f"FROM {IMAGE}", "COPY 9000_next_release.py platform/yard/core/migrations/"]
        if command is not None:
            steps.append(f"CMD {json.dumps(command)}")
        (tmp_path / "Dockerfile").write_text("\n".join(steps), encoding="utf-8")
        compose_site.stack.call("docker", "build", "--network=none", "-t", f"trainyard:{name}", str(tmp_path))
        return f"trainyard:{name}"

    return make


def _latest_migration(site: Site, app: str) -> str:
    return max(file.stem for file in (site.stack.folder / f"platform/yard/{app}/migrations").glob("0*.py"))


def _image_id(site: Site, name: str) -> str:
    return site.stack.call("docker", "image", "inspect", "-f", "{{.Id}}", name).strip()


def _has_new_table(site: Site) -> bool:
    query = "SELECT to_regclass('next_release') IS NOT NULL"
    answer = site.stack.compose("exec", "-T", "db", "psql", "-U", "trainyard", "-Atc", query).split()
    assert answer in (["t"], ["f"])
    return answer == ["t"]


@pytest.mark.soak
def test_a_release_that_works_is_taken_and_can_be_taken_back(compose_site: Site, release: Callable[..., str]) -> None:
    stack = compose_site.stack
    image = release("next")
    run = compose_site.start(compose_site.tiny, epochs=600, pause=0.1)
    compose_site.until(run, lambda _: "epoch 2/" in compose_site.log(run))
    before = compose_site.answers()
    done = stack.python("-m", "scripts.compose_upgrade", "--image", image)
    assert done.returncode == 0, done.stdout
    assert {stack.inspect(service)["Image"] for service in ("web", "worker", "supervisor")} == {
        _image_id(compose_site, image)
    }
    assert _has_new_table(compose_site)
    assert f"TRAINYARD_IMAGE={image}" in (stack.folder / ".env").read_text().splitlines()
    names = {project["name"] for project in compose_site.api.get("projects/")["results"]}
    assert names == {f"{project['name']} of the next release" for project in before["projects"]}
    ended = compose_site.end_of(run)
    assert ended["state"] == "succeeded", "the training went on while the platform was changed"

    done = stack.python("-m", "scripts.compose_upgrade", "--roll-back")
    assert done.returncode == 0, done.stdout
    assert stack.inspect("web")["Image"] == _image_id(compose_site, IMAGE)
    assert not _has_new_table(compose_site)
    after = compose_site.answers()
    for answers in (before, after):
        answers["runs"] = [entry for entry in answers["runs"] if entry["id"] != run["id"]]
    assert after == before
    lost = compose_site.end_of(run)
    assert lost["state"] == "lost", "what the later release stored of it went with the way back"
    assert lost["reason"]
    second = stack.python("-m", "scripts.compose_upgrade", "--roll-back")
    assert second.returncode == 1
    assert "no upgrade to take back" in second.stdout


@pytest.mark.soak
@pytest.mark.parametrize("fault", ["migration", "start"])
def test_a_release_that_fails_leaves_the_platform_as_it_was(
    compose_site: Site, release: Callable[..., str], fault: str
) -> None:
    stack = compose_site.stack
    before = compose_site.answers()
    image = release("fails", FAILS) if fault == "migration" else release("mute", command=CANNOT_START)
    done = stack.python("-m", "scripts.compose_upgrade", "--image", image, "--wait", "40")
    assert done.returncode == 1, done.stdout
    assert f"{image} did not come up" in done.stdout
    if fault == "migration":
        assert 'relation "nowhere" does not exist' in done.stdout, "the new release's log is shown"
    stack.wait_until_healthy()
    assert stack.inspect("web")["Image"] == _image_id(compose_site, IMAGE)
    assert not _has_new_table(compose_site)
    assert compose_site.answers() == before
    again = compose_site.end_of(compose_site.start(compose_site.tiny))
    assert again["state"] == "succeeded", again["reason"]


def test_an_image_that_is_not_there_changes_nothing(compose_site: Site) -> None:
    started = compose_site.stack.inspect("web")["State"]["StartedAt"]
    done = compose_site.stack.python("-m", "scripts.compose_upgrade", "--image", "trainyard:typo")
    assert done.returncode == 1
    assert "trainyard:typo" in done.stdout
    assert compose_site.stack.inspect("web")["State"]["StartedAt"] == started
