"""Reading data sets. What a user may not see is not found."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from rest_framework.request import Request

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import Membership, Role, User
from yard.core.errors import NotFound
from yard.datasets.models import (
    Dataset,
    DatasetVersion,
    Image,
    Import,
    ImportState,
    Label,
    NameConflict,
    Shape,
    Upload,
    UploadKind,
    WorkState,
)

MISSING = "There is no such {}, or you are not a member of its project."
VIEWER_VERBS = ["download"]
EDITOR_VERBS = ["download", "edit", "import", "version", "archive", "delete"]
ARCHIVED_VERBS = ["download", "archive", "delete"]
UPLOADS_SHOWN = 1000


def dataset_get_for(*, user: AnyUser, dataset_id: int, role: Role = Role.VIEWER) -> Dataset:
    """The data set, if the user has at least this role in its project. Raises ``NotFound`` or ``NotAllowed``."""
    found = access.visible(user, Dataset.objects.select_related("project", "created_by")).filter(pk=dataset_id).first()
    if found is None:
        raise NotFound(MISSING.format("data set"))
    access.require(user, found.project_id, role)
    return found


def version_get_for(*, user: AnyUser, version_id: int) -> DatasetVersion:
    """The version, if the user may see its data set. Raises ``NotFound``."""
    versions = DatasetVersion.objects.select_related("dataset", "fileset", "created_by")
    found = access.visible(user, versions, project_field="dataset__project").filter(pk=version_id).first()
    if found is None:
        raise NotFound(MISSING.format("version of a data set"))
    return found


def version_get(*, dataset: Dataset, number: int) -> DatasetVersion:
    """The version with this number of a data set the caller has fetched for a user. Raises ``NotFound``."""
    found = dataset.versions.select_related("dataset", "fileset", "created_by").filter(number=number).first()
    if found is None:
        raise NotFound(f"The data set {dataset.name} has no version {number}.")
    return found


def image_get(*, dataset: Dataset, image_id: int) -> Image:
    """The image of a data set the caller has fetched for a user. Raises ``NotFound``."""
    found = dataset.images.filter(pk=image_id).first()
    if found is None:
        raise NotFound(f"The data set {dataset.name} has no such image.")
    return found


def import_get_for(*, user: AnyUser, import_id: int, role: Role = Role.VIEWER) -> Import:
    """The import, if the user has at least this role in its project. Raises ``NotFound`` or ``NotAllowed``."""
    imports = Import.objects.select_related("dataset__project", "created_by")
    found = access.visible(user, imports, project_field="dataset__project").filter(pk=import_id).first()
    if found is None:
        raise NotFound(MISSING.format("import"))
    access.require(user, found.dataset.project_id, role)
    return found


def upload_get_for(*, user: AnyUser, upload_id: UUID, role: Role = Role.EDITOR) -> Upload:
    """The upload, if the user has at least this role in its project. Raises ``NotFound`` or ``NotAllowed``."""
    uploads = Upload.objects.select_related("dataset", "dataset_import")
    found = access.visible(user, uploads, project_field="dataset__project").filter(pk=upload_id).first()
    if found is None:
        raise NotFound(MISSING.format("upload"))
    access.require(user, found.dataset.project_id, role)
    return found


def conflict_get(*, dataset_import: Import, conflict_id: int) -> NameConflict:
    """The conflict of an import the caller has fetched for a user. Raises ``NotFound``."""
    found = dataset_import.conflicts.filter(pk=conflict_id).first()
    if found is None:
        raise NotFound("This import has no such conflict.")
    return found


def user_of(request: Request) -> User:
    """The signed-in user of an API request; views let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def dataset_list_for(user: AnyUser) -> QuerySet[Dataset]:
    """The data sets of the user's projects with all that a list shows, in a fixed number of queries."""
    newest = DatasetVersion.objects.filter(dataset=OuterRef("pk")).order_by("-number")
    ended = (ImportState.SUCCEEDED, ImportState.FAILED, ImportState.CANCELLED)
    active = Import.objects.filter(dataset=OuterRef("pk")).exclude(state__in=ended).order_by("-pk")
    return (
        access.visible(user, Dataset.objects.all())
        .select_related("created_by", "split")
        .prefetch_related(Prefetch("labels", Label.objects.order_by("name")))
        .annotate(
            newest_version=Subquery(newest.values(data=JSONObject(id="id", number="number"))[:1]),
            newest_import=Subquery(active.values(data=JSONObject(id="id", state="state", progress="progress"))[:1]),
        )
    )


def with_shapes(images: QuerySet[Image]) -> QuerySet[Image]:
    """The images with their shapes."""
    shapes = Shape.objects.select_related("label").order_by("id")
    return images.prefetch_related(Prefetch("shapes", shapes))


def verbs_for(user: AnyUser, project_ids: Iterable[int]) -> dict[int, list[str]]:
    """project → what the user may do with data sets in it; one query for all."""
    ids = set(project_ids)
    if not isinstance(user, User):
        return {}
    if user.is_superuser:
        return dict.fromkeys(ids, EDITOR_VERBS)
    roles = Membership.objects.filter(user=user, project_id__in=ids).values_list("project_id", "role")
    return {project: VIEWER_VERBS if role == Role.VIEWER else EDITOR_VERBS for project, role in roles}


def uploads_shown(dataset_import: Import) -> QuerySet[Upload]:
    """What a client has sent of the import: files, and parts of which no file was made yet."""
    files = Q(kind__in=[UploadKind.FILE, UploadKind.BUNDLE])
    return dataset_import.uploads.filter(files | Q(kind=UploadKind.PART, whole=None))


def files_wanted(keys: set[str]) -> set[str]:
    """Which of these readable files belong to a data set as it is, or may be about to; others are garbage."""
    named: dict[int, set[str]] = {}
    wanted = set()
    for key in keys:
        _, number, name = key.split("/", 2)
        if number.isdecimal() and len(number) < 19:
            named.setdefault(int(number), set()).add(name)
        else:
            wanted.add(key)  # whatever that is, it is not ours
    for dataset_id, names in named.items():
        wanted |= {f"datasets/{dataset_id}/{name}" for name in names & _files_of(dataset_id, names)}
    return wanted


def _files_of(dataset_id: int, names: set[str]) -> set[str]:
    dataset = Dataset.objects.filter(pk=dataset_id).first()
    if dataset is None:
        return set()
    importing = dataset.imports.filter(state__in=[ImportState.QUEUED, ImportState.RUNNING]).exists()
    if importing or dataset.restores.filter(state__in=[WorkState.QUEUED, WorkState.RUNNING]).exists():
        return names
    there = dataset.images.filter(name__in=names).values_list("name", flat=True)
    return {*there, *(name for name in names if "/" in name)}  # images' names are flat; the rest is annotations


def uploads_wanted(ids: set[str]) -> set[str]:
    """Which of these uploads are still on record; their chunks are no garbage."""
    return {str(found) for found in Upload.objects.filter(pk__in=ids).values_list("pk", flat=True)}
