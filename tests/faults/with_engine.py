"""A platform with a container engine of its own, which may be killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import docker

from tests.faults.harness import Json, Site, execution_of, yard
from tests.faults.training import BASE
from tests.services._base_image import import_base_image
from tests.services._engine import EngineMissing, OwnEngine
from tests.services._need import missing


class Yard:
    """A platform and an engine of its own, which may be killed."""

    def __init__(self, site: Site, engine: OwnEngine) -> None:
        self.site = site
        self.engine = engine

    def reason(self, run: Json) -> str:
        (found,) = self.site.rows("SELECT reason FROM executions_execution WHERE id = %s", [execution_of(run)])
        return str(found[0])

    def ended(self, run: Json) -> Json:
        """State, reason and cause of a run that has ended."""
        self.site.until_ended(run)
        sql = "SELECT state, reason, cause FROM executions_execution WHERE id = %s"
        (found,) = self.site.rows(sql, [execution_of(run)])
        return dict(zip(("state", "reason", "cause"), found, strict=True))

    def until_printed(self, run: Json, lines: int) -> None:
        sql = "SELECT log_lines FROM executions_attempt WHERE execution_id = %s"
        self.site.until(
            lambda: self.site.rows(sql, [execution_of(run)])[0][0] >= lines,
            f"run {run['id']} has printed {lines} lines",
            lambda: self.site.story(run),
        )

    def until_told(self, run: Json, word: str) -> None:
        self.site.until(lambda: word in self.reason(run), f"the user is told {word!r}", lambda: self.reason(run))

    def restart(self) -> None:
        self.engine.kill()
        self.engine.start()

    def leftovers(self) -> tuple[list[str], list[str]]:
        """Containers, and images without a name or of no template, that are left once the collector has run."""
        self.site.manage("collect_host_garbage", "--grace-hours", "0")
        client = docker.DockerClient(base_url=self.engine.address)
        try:
            containers = [str(found["Command"]) for found in client.api.containers(all=True)]
            dangling = client.api.images(filters={"dangling": True})
            return containers, [str(found["Id"]) for found in dangling]
        finally:
            client.close()


@contextmanager
def yard_with_engine(
    folder: Path, *, points: Sequence[str] = (), live_restore: bool = False, disk: Path | None = None
) -> Iterator[Yard]:
    """A platform whose boxes an engine of its own keeps; skips where there can be none. The image is built already."""
    try:
        engine = OwnEngine(live_restore=live_restore, data=disk)
    except EngineMissing as error:
        missing(f"an engine of our own is needed: {error}")
    with engine:
        import_base_image(engine.address, BASE)
        settings = {"YARD_LAUNCHER": "docker", "YARD_DOCKER_HOST": engine.address}
        with yard(folder / "site", points=points, **settings) as site:
            job = site.job()
            site.until_ended(job.start(epochs=1))  # the image is there from now on
            yield Yard(site, engine)
