"""Images of template versions: each is built once per launcher, from the context frozen in the version."""

from __future__ import annotations

import posixpath
import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from yard.accounts.models import Project, User
from yard.blueprints import context
from yard.blueprints.lint.dockerfile import declares_argument
from yard.blueprints.models import Blueprint, BlueprintVersion, ImageBuild
from yard.core import audit
from yard.core.errors import Unavailable
from yard.core.events import emit
from yard.executions.kinds import Ready, Refused, Verdict, WorkKind
from yard.executions.launchers.base import Image, ImageRequest, Launcher
from yard.executions.launchers.dockerfile import destination_of
from yard.executions.leftovers import work_folder
from yard.executions.models import Attempt, Execution, Host
from yard.executions.services import Requested, execution_create
from yard.executions.states import Cause, State
from yard.executions.transitions import announce
from yard.storage.objects import open_object

KIND = "build"
REPOSITORY = "yard"
SLUG_MAX = 100
CUDA_ARGUMENT = "TORCH_CUDA_INDEX"
BUILD_RESOURCES = Requested(cpus=1, memory_bytes=1 << 30, shared_memory_bytes=64 << 20)


def slug(text: str) -> str:
    """The text as a part of an image's name: lower-case letters and digits with single hyphens between."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_MAX].strip("-") or "template"


def image_tag(blueprint: Blueprint, context_digest: str) -> str:
    """The name of the image that this context makes; the same content has the same name for ever."""
    return f"{REPOSITORY}/{slug(f'{blueprint.provider} {blueprint.architecture}')}:{context_digest[:16]}"


def image_find(version: BlueprintVersion, launcher: Launcher | str) -> ImageBuild | None:
    """The build whose image is ready; None when it must be built (again).

    Args:
        launcher: Given as a ``Launcher``, its engine is asked whether the image is still there, and one that was
            removed is forgotten. Given as a name, the answer is what was last known.
    """
    name = launcher if isinstance(launcher, str) else launcher.name
    builds = ImageBuild.objects.filter(version=version, launcher=name, execution__state=State.SUCCEEDED)
    found = builds.exclude(reference="").select_related("execution").first()
    if found is None or isinstance(launcher, str) or launcher.find_image(found.tag) is not None:
        return found
    ImageBuild.objects.filter(version=version, launcher=name).update(reference="")
    return None


def image_ensure(
    *, version: BlueprintVersion, launcher: Launcher, user: User | None, project: Project | None
) -> ImageBuild:
    """The build that is ready (``is_ready``), or the one that is under way."""
    ready = image_find(version, launcher)
    return ready or build_request(version=version, launcher_name=launcher.name, user=user, project=project)


def build_request(
    *,
    version: BlueprintVersion,
    launcher_name: str,
    user: User | None,
    project: Project | None = None,
) -> ImageBuild:
    """The build of this version's image that is under way, or a new one, which the supervisor starts.

    However many ask at once, one is made. It belongs to the template's project; that of a bundled template belongs to
    none, so that all may read its log. ``project`` (whose run asked) changes nothing.
    """
    for _ in range(3):
        current = _in_progress(version, launcher_name)
        if current is not None:
            return current
        try:
            return _build_create(version, launcher_name, user)
        except IntegrityError:
            continue  # somebody else was faster
    raise RuntimeError("A build was neither found nor made, three times over.")


def _in_progress(version: BlueprintVersion, launcher_name: str) -> ImageBuild | None:
    found = ImageBuild.objects.filter(version=version, launcher=launcher_name, in_progress=True)
    return found.select_related("execution").first()


@transaction.atomic
def _build_create(version: BlueprintVersion, launcher_name: str, user: User | None) -> ImageBuild:
    blueprint = version.blueprint
    execution = execution_create(
        project=blueprint.project,
        kind=KIND,
        title=f"Image of {blueprint} v{version.number}",
        user=user,
        resources=BUILD_RESOURCES,
    )
    build = ImageBuild.objects.create(
        version=version,
        launcher=launcher_name,
        tag=image_tag(blueprint, version.context_digest),
        execution=execution,
        in_progress=True,
    )
    announce(execution)
    audit.record(
        "template.build_started",
        actor=user,
        object_type="template",
        object_id=blueprint.pk,
        object_name=str(blueprint),
        project_id=blueprint.project_id,
        details={"version": version.pk, "execution": execution.pk},
    )
    return build


def launcher_name() -> str:
    """The launcher of the host that reported last, which will build. Raises ``Unavailable`` when there is none."""
    host = Host.objects.exclude(seen_at=None).order_by("-seen_at").first()
    if host is not None:
        return host.launcher
    if settings.LAUNCHER != "auto":
        return str(settings.LAUNCHER)
    raise Unavailable("No host has reported yet, so nothing can be built. Is the supervisor running?")


def unpack_context(version: BlueprintVersion, folder: Path) -> None:
    """Fill an empty folder with the version's frozen build context. Raises ``ObjectMissing``."""
    with open_object(version.context_bucket, version.context_key) as source:
        context.unpack(source, folder)


def build_arguments(dockerfile: str) -> dict[str, str]:
    """The platform's build arguments that this Dockerfile declares and the operator has set."""
    index: str = settings.TORCH_CUDA_INDEX
    return {CUDA_ARGUMENT: index} if index and declares_argument(dockerfile, CUDA_ARGUMENT) else {}


def config_destination(dockerfile: str, workdir: str) -> str:
    """The folder in the image where the Dockerfile's COPY put ``train_config.json``."""
    path = destination_of(dockerfile, context.CONFIG_FILE, workdir=workdir or "/workspace")
    return posixpath.dirname(path) or "/"


class BuildKind(WorkKind):
    """Building an image: an execution without a box."""

    name = KIND

    def event_payload(self, execution: Execution) -> dict[str, object]:
        """Which template's image it is."""
        found = ImageBuild.objects.filter(execution=execution).values("version_id", "version__blueprint_id").first()
        return {"version": found["version_id"], "template": found["version__blueprint_id"]} if found else {}

    def ended(self, execution: Execution) -> None:
        """The next build may be asked for."""
        build = ImageBuild.objects.filter(execution=execution).select_related("version__blueprint").first()
        if build is None:
            return
        ImageBuild.objects.filter(pk=build.pk).update(in_progress=False)
        emit(
            kind="template.image",
            object_type="template",
            object_id=build.version.blueprint_id,
            project_id=build.version.blueprint.project_id,
            payload={"version": build.version_id, "state": execution.state, "execution": execution.pk},
        )

    def prepare(self, execution: Execution, launcher: Launcher) -> Ready | Refused:
        """Ready; the build is of the launcher that really does it."""
        builds = ImageBuild.objects.filter(execution=execution)
        try:
            with transaction.atomic():
                builds.exclude(launcher=launcher.name).update(launcher=launcher.name)
        except IntegrityError:
            return Refused("Another build of the same image is under way on this host.", Cause.PLATFORM)
        return Ready()

    def perform(
        self, attempt: Attempt, launcher: Launcher, *, log: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> Verdict:
        """Unpack the frozen context and have the launcher build it; an image that is there is taken as it is."""
        build = ImageBuild.objects.select_related("version__blueprint").get(execution_id=attempt.execution_id)
        version = build.version
        scratch = work_folder(attempt, "build")
        try:
            unpack_context(version, scratch)
            request = ImageRequest(
                tag=build.tag,
                context=scratch,
                base=version.base_image,
                build_args=build_arguments(version.dockerfile),
                network=True,
                labels={"trainyard.template-version": str(version.pk), "trainyard.context": version.context_digest},
            )
            image = launcher.prepare_image(request, log=log, cancelled=cancelled)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        _image_store(build, image)
        return Verdict(State.SUCCEEDED)


def _image_store(build: ImageBuild, image: Image) -> None:
    ImageBuild.objects.filter(pk=build.pk).update(
        reference=image.reference,
        digest=image.digest,
        workdir=image.workdir,
        entrypoint=list(image.entrypoint),
        size_bytes=image.size_bytes,
        config_destination=config_destination(build.version.dockerfile, image.workdir),
    )
