"""Building images: once per version and launcher, with a log, cancelled, failed and retried (checklist 22, 23)."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection
from rest_framework.test import APIClient

from tests.blueprints.replicas import yolov5
from yard.accounts.models import Project, User
from yard.blueprints import images, selectors
from yard.blueprints.models import BlueprintVersion, ImageBuild
from yard.blueprints.services import UploadResult, install_bundled, template_delete, template_upload
from yard.core.models import Event
from yard.executions.launchers.base import ImageRequest
from yard.executions.launchers.fake import FakeLauncher
from yard.executions.logs import store
from yard.executions.models import Execution
from yard.executions.services import execution_stop
from yard.executions.states import Cause, State
from yard.executions.supervisor import Supervisor

pytestmark = pytest.mark.django_db(transaction=True)
V1 = "/api/v1"
ClientOf = Callable[[User], APIClient]


class RecordingLauncher(FakeLauncher):
    """Remembers what it was asked to build, and what lay in the context."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[ImageRequest] = []
        self.contexts: list[set[str]] = []

    def prepare_image(self, request: ImageRequest, **more: object) -> object:  # type: ignore[override]
        self.requests.append(request)
        self.contexts.append({file.name for file in request.context.iterdir()})
        return super().prepare_image(request, **more)  # type: ignore[arg-type]


@pytest.fixture
def launcher() -> RecordingLauncher:
    return RecordingLauncher()


@pytest.fixture
def supervisor(launcher: RecordingLauncher) -> Iterator[Supervisor]:
    supervisor = Supervisor(launcher, reason="a test")
    yield supervisor
    supervisor.leave()
    supervisor.run()
    for thread in threading.enumerate():
        if thread.name.startswith(("attempt-", "log-")):
            thread.join(10)


@pytest.fixture
def version(upload: Callable[..., UploadResult]) -> BlueprintVersion:
    return upload(yolov5()).version


def drive(supervisor: Supervisor, until: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not until():
        assert time.monotonic() < end, list(Execution.objects.values("state", "reason"))
        supervisor.tick()
        time.sleep(0.02)


def request(version: BlueprintVersion, launcher: FakeLauncher, user: User | None = None) -> ImageBuild:
    return images.build_request(version=version, launcher_name=launcher.name, user=user, project=None)


def ended(build: ImageBuild) -> Callable[[], bool]:
    return lambda: Execution.objects.get(pk=build.execution_id).is_final


def log_of(build: ImageBuild) -> bytes:
    return store.read(build.execution.attempts.get(), 0, 1 << 20)


def test_a_build_makes_an_image_that_is_found_again(
    supervisor: Supervisor, launcher: RecordingLauncher, version: BlueprintVersion, owner: User
) -> None:
    build = images.image_ensure(version=version, launcher=launcher, user=owner, project=None)
    assert not build.is_ready
    drive(supervisor, ended(build))

    ready = images.image_ensure(version=version, launcher=launcher, user=owner, project=None)

    assert ready.pk == build.pk
    assert ready.is_ready
    assert ready.tag == ready.reference == f"yard/ultralytics-yolov5:{version.context_digest[:16]}"
    assert ready.config_destination == "/usr/src/app"
    assert ready.workdir == "/workspace"
    assert ready.entrypoint == ["/docker-entrypoint.sh"]
    assert b"Step 1/1" in log_of(ready)
    assert (launcher.requests[0].base, launcher.requests[0].network) == ("ultralytics/ultralytics:8.4.46-runner", True)
    assert {"Dockerfile", "train.py", "train_config.json", ".env"} <= launcher.contexts[0]
    assert not launcher.requests[0].context.exists()
    assert Event.objects.filter(kind="template.image", object_id=version.blueprint_id).count() == 1


def test_asking_again_while_it_builds_gives_the_same_build(
    launcher: RecordingLauncher, version: BlueprintVersion, owner: User, viewer: User
) -> None:
    first, second = request(version, launcher, owner), request(version, launcher, viewer)

    assert first.pk == second.pk
    assert Execution.objects.filter(kind="build").count() == 1


def test_the_database_refuses_a_second_build_of_a_version_at_once(
    launcher: RecordingLauncher, version: BlueprintVersion
) -> None:
    build = request(version, launcher)
    other = images.execution_create(project=None, kind="build", title="x", user=None)

    with pytest.raises(IntegrityError):
        ImageBuild.objects.create(
            version=version, launcher=build.launcher, tag=build.tag, execution=other, in_progress=True
        )


def test_two_who_ask_at_the_same_moment_get_one_build(launcher: RecordingLauncher, version: BlueprintVersion) -> None:
    found: list[int] = []
    barrier = threading.Barrier(4)

    def ask() -> None:
        barrier.wait()
        try:
            found.append(request(version, launcher).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(found) == 4
    assert len(set(found)) == 1


def test_point_23_a_failed_build_keeps_its_log_and_can_be_retried(
    supervisor: Supervisor, launcher: RecordingLauncher, version: BlueprintVersion
) -> None:
    launcher.build_fails = "pip found no torch"
    failed = request(version, launcher)
    drive(supervisor, ended(failed))

    failed.execution.refresh_from_db()
    assert (failed.execution.state, failed.execution.reason) == (State.FAILED, "pip found no torch")
    assert failed.execution.cause == Cause.USER
    assert b"pip found no torch" in log_of(failed)
    assert images.image_find(version, launcher) is None
    assert selectors.image_state(version)[0] == "failed"

    launcher.build_fails = ""
    again = request(version, launcher)
    drive(supervisor, ended(again))

    assert again.pk != failed.pk
    assert images.image_find(version, launcher) == again
    assert b"pip found no torch" in log_of(failed)


def test_a_build_can_be_cancelled(
    supervisor: Supervisor, launcher: RecordingLauncher, version: BlueprintVersion, owner: User
) -> None:
    gate = threading.Event()

    class Steps(list[bytes]):
        def __iter__(self) -> Iterator[bytes]:  # type: ignore[override]
            yield b"a step\n"
            gate.wait(10)
            yield b"another\n"

    launcher.build_steps = Steps()
    build = request(version, launcher, owner)
    drive(supervisor, lambda: Execution.objects.get(pk=build.execution_id).state == State.RUNNING)
    execution_stop(execution=build.execution, user=owner)
    gate.set()
    drive(supervisor, ended(build))

    build.refresh_from_db()
    build.execution.refresh_from_db()
    assert build.execution.state == State.STOPPED
    assert build.in_progress is False
    assert images.image_find(version, launcher) is None


def test_an_image_that_vanished_is_built_again(
    supervisor: Supervisor, launcher: RecordingLauncher, version: BlueprintVersion
) -> None:
    first = request(version, launcher)
    drive(supervisor, ended(first))
    launcher.remove_image(first.tag)

    second = images.image_ensure(version=version, launcher=launcher, user=None, project=None)
    assert not second.is_ready
    drive(supervisor, ended(second))

    assert second.pk != first.pk
    assert launcher.built == [first.tag, first.tag]
    found = images.image_find(version, launcher)
    assert found is not None
    assert found.pk == second.pk


def test_a_build_is_of_the_launcher_that_does_it(
    supervisor: Supervisor, launcher: RecordingLauncher, version: BlueprintVersion
) -> None:
    build = images.build_request(version=version, launcher_name="docker", user=None)
    drive(supervisor, ended(build))

    found = images.image_find(version, launcher)
    assert found is not None
    assert found.pk == build.pk


def test_the_api_builds_and_shows_the_state(
    supervisor: Supervisor,
    launcher: RecordingLauncher,
    version: BlueprintVersion,
    client_of: ClientOf,
    owner: User,
    viewer: User,
    outsider: User,
    settings: LazySettings,
) -> None:
    settings.LAUNCHER = "fake"
    address = f"{V1}/template-versions/{version.pk}/"

    assert client_of(outsider).post(f"{address}build/").status_code == 404
    assert client_of(viewer).post(f"{address}build/").status_code == 403
    answer = client_of(owner).post(f"{address}build/")
    assert answer.status_code == 202
    execution = answer.json()["execution"]
    assert client_of(owner).get(address).json()["image"]["state"] == "building"
    assert client_of(owner).post(f"{address}build/").json() == {"execution": execution}

    drive(supervisor, lambda: Execution.objects.get(pk=execution).is_final)

    image = client_of(viewer).get(address).json()["image"]
    assert (image["state"], image["execution"]) == ("ready", execution)
    assert image["tag"].startswith("yard/ultralytics-yolov5:")
    (row,) = client_of(viewer).get(f"{address}builds/").json()["results"]
    assert (row["id"], row["state"], row["launcher"]) == (execution, "succeeded", "fake")
    assert client_of(owner).post(f"{address}build/").json() == {"execution": execution}


def test_without_any_host_the_api_says_so(
    version: BlueprintVersion, client_of: ClientOf, owner: User, settings: LazySettings
) -> None:
    settings.LAUNCHER = "auto"

    answer = client_of(owner).post(f"{V1}/template-versions/{version.pk}/build/")

    assert answer.status_code == 503
    assert answer.json()["message"] == "No host has reported yet, so nothing can be built. Is the supervisor running?"


def test_a_bundled_templates_build_belongs_to_nobody(
    launcher: RecordingLauncher, client_of: ClientOf, owner: User, project: Project, outsider: User
) -> None:
    version = install_bundled()[0]

    answer = client_of(owner).post(f"{V1}/template-versions/{version.pk}/build/")

    assert answer.status_code == 202
    assert Execution.objects.get(pk=answer.json()["execution"]).project is None
    assert client_of(outsider).post(f"{V1}/template-versions/{version.pk}/build/").status_code == 403


def test_deleting_a_template_with_builds_leaves_nothing(
    supervisor: Supervisor, launcher: RecordingLauncher, version: BlueprintVersion, owner: User
) -> None:
    build = request(version, launcher)
    drive(supervisor, ended(build))

    assert template_delete(blueprint=version.blueprint, user=owner) is True

    assert not ImageBuild.objects.exists()
    assert not Execution.objects.exists()


def test_deleting_a_template_that_is_being_built_stops_the_build(
    launcher: RecordingLauncher, version: BlueprintVersion, owner: User
) -> None:
    build = request(version, launcher)

    assert template_delete(blueprint=version.blueprint, user=owner) is False

    build.execution.refresh_from_db()
    assert build.execution.state == State.STOPPED
    version.blueprint.refresh_from_db()
    assert version.blueprint.archived_at is not None


def test_two_uploads_of_one_template_at_the_same_moment_make_one_version(owner: User, project: Project) -> None:
    results: list[UploadResult] = []
    barrier = threading.Barrier(3)

    def send() -> None:
        barrier.wait()
        try:
            file = io.BytesIO(yolov5().zip())
            results.append(template_upload(user=owner, project=project, file=file, filename="a.zip"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(result.created for result in results) == [False, False, True]
    assert BlueprintVersion.objects.count() == 1
