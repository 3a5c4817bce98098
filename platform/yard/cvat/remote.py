"""What the platform asks of a CVAT server, in the platform's own words. With ``labels`` all that knows ``cvat-sdk``.

The SDK is imported when a server is first spoken to, never when a process starts.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from yard.cvat.addresses import address_of
from yard.cvat.connection import GuardedPool
from yard.cvat.errors import CvatAway, CvatError, CvatMissing, CvatOdd, CvatRefused, CvatSignIn
from yard.cvat.labels import label_requests
from yard.cvat.models import RemoteKind, SignIn
from yard.datasets.annotations.types import LabelSpec
from yard.datasets.texts import shown

EXPORT_FORMAT = "CVAT for images 1.1"
IMPORT_FORMAT = "CVAT 1.1"
IMAGE_QUALITY = 100  # what annotators see: not degraded
DETAIL_CHARACTERS = 300

Watch = Callable[[int], None]
"""Called with the bytes that have travelled since the last call; may raise to end the journey."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a server is and how to sign in to it. Never logged, never shown."""

    address: str
    sign_in: str
    username: str
    secret: str
    organization: str = ""

    def __repr__(self) -> str:
        return f"Access({self.address})"


@dataclass(frozen=True, slots=True)
class About:
    """What a server says of itself and of who is signed in."""

    version: str
    username: str


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task in CVAT. ``size`` is 0 while it has no images."""

    id: int
    name: str
    size: int
    is_video: bool


@dataclass(frozen=True, slots=True)
class Background:
    """Something that CVAT does in the background."""

    state: str
    progress: float
    message: str
    result_url: str


@dataclass(frozen=True, slots=True)
class Frames:
    """The images of a task, and which job each belongs to: (job id, first, last) by position.

    What annotators have deleted keeps its position, as it does in CVAT, but is in no export any more.
    """

    names: list[str]
    jobs: list[tuple[int, int, int]]
    deleted: frozenset[int] = frozenset()


@contextmanager
def connected(access: Access) -> Iterator[Remote]:
    """A server that is signed in to; signed out in the end.

    Raises ``CvatError`` here or from any method; see ``errors``.
    """
    from cvat_sdk.core.client import AccessTokenCredentials, Client, Config, PasswordCredentials

    address = address_of(access.address)
    config = Config(verify_ssl=True, allow_unsupported_server=True)
    client = Client(address.text, logger=_silent(), config=config, check_server_version=False)
    client.api_client.rest_client.pool_manager = GuardedPool(address)
    if access.organization:
        client.organization_slug = access.organization
    with _told(address.text), client:
        if access.sign_in == SignIn.TOKEN:
            client.login(AccessTokenCredentials(access.secret))
        else:
            client.login(PasswordCredentials(access.username, access.secret))
        try:
            yield Remote(client, address.text)
        finally:
            with suppress(Exception):  # a session that stays ends by itself
                client.logout()


class Remote:
    """A CVAT server that is signed in to."""

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._api = client.api_client
        self._address = address

    def about(self) -> About:
        """Its version and who is signed in."""
        with self._told():
            about, _ = self._api.server_api.retrieve_about()
            user, _ = self._api.users_api.retrieve_self()
            return About(shown(str(about.version), 50), shown(str(user.username), 150))

    # --- tasks and projects -------------------------------------------------------------------------------------------

    def find(self, kind: RemoteKind, marker: str) -> int | None:
        """The id of the task or project whose name holds this marker; None when there is none."""
        with self._told():
            repo = self._client.projects if kind == RemoteKind.PROJECT else self._client.tasks
            found = [each.id for each in repo.list(search=marker) if marker in each.name]
            return min(found) if found else None

    def project_create(self, *, name: str, labels: list[LabelSpec], joints: dict[str, list[str]]) -> int:
        """The id of a new project with these labels; ``joints`` are those of skeletons, by label."""
        from cvat_sdk import models

        with self._told():
            spec = models.ProjectWriteRequest(name=name, labels=label_requests(labels, joints))
            return int(self._client.projects.create(spec).id)

    def task_create(
        self,
        *,
        name: str,
        labels: list[LabelSpec],
        joints: dict[str, list[str]],
        project_id: int | None,
        images_per_job: int,
    ) -> int:
        """The id of a new task without images, in a project (whose labels it has) or with labels of its own."""
        from cvat_sdk import models

        with self._told():
            fields: dict[str, Any] = {"segment_size": images_per_job} if images_per_job else {}
            if project_id is None:
                fields["labels"] = label_requests(labels, joints)
            else:
                fields["project_id"] = project_id
            return int(self._client.tasks.create(models.TaskWriteRequest(name=name, **fields)).id)

    def rename(self, kind: RemoteKind, remote_id: int, name: str) -> None:
        """Give the task or project this name."""
        with self._told():
            if kind == RemoteKind.PROJECT:
                from cvat_sdk.models import PatchedProjectWriteRequest

                self._api.projects_api.partial_update(
                    remote_id, patched_project_write_request=PatchedProjectWriteRequest(name=name)
                )
            else:
                from cvat_sdk.models import PatchedTaskWriteRequest

                self._api.tasks_api.partial_update(
                    remote_id, patched_task_write_request=PatchedTaskWriteRequest(name=name)
                )

    def task(self, task_id: int) -> RemoteTask:
        """The task. Raises ``CvatMissing``."""
        with self._told(f"There is no task {task_id} that this account may see."):
            return _task(self._client.tasks.retrieve(task_id))

    def project_name(self, project_id: int) -> str:
        """What the project is called. Raises ``CvatMissing``."""
        with self._told(f"There is no project {project_id} that this account may see."):
            return str(self._client.projects.retrieve(project_id).name)

    def tasks_of(self, project_id: int) -> list[RemoteTask]:
        """The tasks of a project."""
        with self._told():
            return [_task(each) for each in self._client.projects.retrieve(project_id).get_tasks()]

    def frames(self, task_id: int) -> Frames:
        """The names of the task's images in order, and its annotation jobs."""
        with self._told():
            task = self._client.tasks.retrieve(task_id)
            meta = task.get_meta()
            names = [str(frame.name) for frame in meta.frames or []]
            jobs = [
                (int(job.id), int(job.start_frame), int(job.stop_frame))
                for job in task.get_jobs()
                if str(job.type) == "annotation"
            ]
            return Frames(names, jobs, frozenset(meta.deleted_frames or []))

    # --- images -------------------------------------------------------------------------------------------------------

    def images_begin(self, task_id: int) -> None:
        """Say that images will come. May be said again."""
        with self._told():
            _, response = self._api.tasks_api.create_data(task_id, upload_start=True, _parse_response=False)
            response.close()

    def image_send(self, task_id: int, *, name: str, content: IO[bytes], watch: Watch) -> None:
        """Send one image (``content`` can be sought in); nothing when the server has it whole already."""
        from cvat_sdk.core.helpers import StreamWithProgress
        from cvat_sdk.core.uploading import _upload_with_tus

        url = self._client.api_map.make_endpoint_url("/api/tasks/{id}/data/", kwsub={"id": task_id})
        with self._told():
            try:
                # One by one with the resumable protocol: bundles would be appended to what a killed worker had sent.
                _upload_with_tus(
                    self._api, url, {"filename": name}, StreamWithProgress(content, _Progress(watch)), _silent()
                )
            except Exception as error:
                if getattr(error, "status", None) == 409:
                    return
                raise

    def images_end(self, task_id: int) -> str:
        """Say that all images are there; the id of the background request that makes frames of them."""
        from cvat_sdk import models

        with self._told():
            wanted = models.DataRequest(
                image_quality=IMAGE_QUALITY,
                sorting_method=models.SortingMethod("lexicographical"),
                use_cache=True,
                use_zip_chunks=True,
            )
            answer, _ = self._api.tasks_api.create_data(task_id, upload_finish=True, data_request=wanted)
            return str(answer.rq_id)

    # --- annotations --------------------------------------------------------------------------------------------------

    def annotations_send(self, task_id: int, file: Path, watch: Watch) -> str:
        """Replace the task's annotations by those of a CVAT file; the id of the background request that does it."""
        from cvat_sdk.core.uploading import AnnotationUploader

        url = self._client.api_map.make_endpoint_url("/api/tasks/{id}/annotations/", kwsub={"id": task_id})
        with self._told():
            response = AnnotationUploader(self._client).upload_file(
                url,
                file,
                meta={"filename": file.name},
                query_params={"format": IMPORT_FORMAT, "filename": file.name, "import_mode": "replace"},
                pbar=_Progress(watch),
            )
            return str(json.loads(response.data)["rq_id"])

    def export_begin(self, kind: RemoteKind, remote_id: int) -> str:
        """Have the annotations exported; the id of the background request."""
        of = "project" if kind == RemoteKind.PROJECT else "task"
        api = self._api.projects_api if kind == RemoteKind.PROJECT else self._api.tasks_api
        with self._told(f"There is no {of} {remote_id} any more that this account may see."):
            answer, _ = api.create_dataset_export(EXPORT_FORMAT, remote_id, save_images=False, location="local")
            return str(answer.rq_id)

    def export_under_way(self, kind: RemoteKind, remote_id: int) -> str | None:
        """The export that this account has asked for already, if it goes on."""
        one = {"project_id": remote_id} if kind == RemoteKind.PROJECT else {"task_id": remote_id}
        with self._told():
            page, _ = self._api.requests_api.list(action="export", subresource="dataset", **one)
            going = [found for found in page.results if found.status.value in {"queued", "started"}]
            return str(going[0].id) if going else None

    def download(self, url: str, target: Path, watch: Watch) -> None:
        """Save what the server made to a new file."""
        from cvat_sdk.core.downloading import Downloader

        with self._told():
            Downloader(self._client).download_file(url, output_path=target, pbar=_Progress(watch))

    # --- what goes on there -------------------------------------------------------------------------------------------

    def background(self, request_id: str) -> Background:
        """How a background request is doing. Raises ``CvatMissing`` when the server has forgotten it."""
        with self._told("CVAT does not know of this request any more."):
            found, _ = self._api.requests_api.retrieve(request_id)
            return Background(
                str(found.status.value),
                float(getattr(found, "progress", None) or 0),
                shown(str(getattr(found, "message", "") or ""), DETAIL_CHARACTERS),
                str(getattr(found, "result_url", None) or ""),
            )

    def background_of_task(self, task_id: int, subresource: str) -> str | None:
        """A request about the task that is under way or done: ``subresource`` is data, annotations or dataset."""
        with self._told():
            page, _ = self._api.requests_api.list(task_id=task_id, subresource=subresource)
            for found in page.results:
                if found.status.value != "failed":
                    return str(found.id)
            return None

    def _told(self, missing: str = "") -> Any:
        return _told(self._address, missing)


class _Progress:
    """The SDK's progress reporter, which tells us how many bytes have travelled."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    @contextmanager
    def task(self, **_: Any) -> Iterator[None]:
        yield

    def advance(self, delta: int) -> None:
        self._watch(delta)

    def report_status(self, progress: int) -> None:
        """Not used by what we call."""


def _task(task: Any) -> RemoteTask:
    return RemoteTask(
        int(task.id), str(task.name), int(getattr(task, "size", 0) or 0), str(task.mode) == "interpolation"
    )


# --- faults -----------------------------------------------------------------------------------------------------------


@contextmanager
def _told(address: str, missing: str = "") -> Iterator[None]:
    """Turns what the SDK raises into our errors, with nothing in them that could hold a secret."""
    from cvat_sdk.api_client.exceptions import ApiException, OpenApiException
    from cvat_sdk.core.exceptions import CvatSdkException

    try:
        yield
    except CvatError:
        raise
    except ApiException as error:
        raise _of_status(address, error, missing) from None
    except CvatSdkException as error:
        raise CvatAway(f"{address} did not take what was sent: {shown(str(error), DETAIL_CHARACTERS)}.") from None
    except (OpenApiException, AssertionError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise CvatOdd(
            f"{address} answers, but not as CVAT 2 does ({type(error).__name__}). Is this the address of a CVAT server?"
        ) from None


def _of_status(address: str, error: Any, missing: str) -> CvatError:
    status = int(error.status or 0)
    said = _said(error)
    if status == 401:
        return CvatSignIn(f"CVAT does not accept the user name and password, or the token{said}. Enter them again.")
    if status == 403:
        return CvatSignIn(f"The account may not do this in CVAT{said}.")
    if status == 404:
        return CvatMissing(
            missing or f"{address} has nothing where CVAT 2 has its API. Is this the address of a CVAT server?"
        )
    if status >= 500 or status in {0, 408, 429}:
        return CvatAway(f"{address} answers with an error of its own ({status}{said}).")
    if status == 400 and "credentials" in said:
        return CvatSignIn(f"CVAT does not accept the user name and password{said}. Enter them again.")
    return CvatRefused(f"CVAT refuses this ({status}{said}).", extra={"status": status})


def _said(error: Any) -> str:
    """The server's own words, when they are an error as CVAT writes it; of other bodies nothing is shown."""
    body = error.body.decode("utf-8", "replace") if isinstance(error.body, bytes) else str(error.body or "")
    try:
        data = json.loads(body)
    except ValueError:
        return ""
    words: list[str] = []
    if isinstance(data, str):
        words = [data]
    elif isinstance(data, list):
        words = [each for each in data if isinstance(each, str)]
    elif isinstance(data, dict):
        for value in data.values():
            words += [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
    text = shown(" ".join(words), DETAIL_CHARACTERS).strip().rstrip(".")
    return f": {text}" if text else ""


def _silent() -> logging.Logger:
    """For the SDK, which would log whole answers."""
    logger = logging.Logger("yard.cvat.sdk")
    logger.addHandler(logging.NullHandler())
    return logger
