"""Reading servers, links and transfers. What a user may not see is not found."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import Project, Role
from yard.core.errors import NotFound
from yard.cvat.models import ACTIVE, CvatFrame, CvatLink, CvatServer, CvatTransfer, RemoteKind, TransferKind
from yard.datasets.models import Dataset

HISTORY = 10


def server_get_for(*, user: AnyUser, server_id: int, role: Role = Role.VIEWER) -> CvatServer:
    """The server, if the user has at least this role in its project. Raises ``NotFound`` or ``NotAllowed``."""
    servers = access.visible(user, CvatServer.objects.select_related("project", "secret", "created_by"))
    found = servers.annotate(link_count=Count("links")).filter(pk=server_id).first()
    if found is None:
        raise NotFound("There is no such CVAT server, or you are not a member of its project.")
    access.require(user, found.project_id, role)
    return found


def server_list(project: Project) -> QuerySet[CvatServer]:
    """The servers of a project the caller has fetched for a user."""
    return project.cvat_servers.select_related("created_by").annotate(link_count=Count("links")).order_by("name")


def link_get(dataset: Dataset) -> CvatLink | None:
    """The link of a data set the caller has fetched for a user; None when it is not linked."""
    return CvatLink.objects.filter(dataset=dataset).select_related("server", "created_by", "dataset").first()


def link_required(dataset: Dataset) -> CvatLink:
    """The same. Raises ``NotFound`` when it is not linked."""
    found = link_get(dataset)
    if found is None:
        raise NotFound(f"The data set {dataset.name} is not linked to CVAT.")
    return found


def transfer_current(dataset: Dataset) -> CvatTransfer | None:
    """What is going on, or is to, with CVAT for the data set; None when nothing is."""
    going = CvatTransfer.objects.filter(dataset=dataset, state__in=ACTIVE)
    # The one that runs, else the one that waits longest.
    return going.select_related("dataset", "created_by", "version").order_by("-state", "pk").first()


def transfer_history(dataset: Dataset) -> QuerySet[CvatTransfer]:
    """The last transfers, newest first."""
    return (
        CvatTransfer.objects.filter(dataset=dataset).select_related("created_by", "version").order_by("-pk")[:HISTORY]
    )


def pull_last(link: CvatLink) -> CvatTransfer | None:
    """The newest pull of the link that has ended."""
    ended = link.transfers.filter(kind=TransferKind.PULL).exclude(state__in=ACTIVE)
    return ended.select_related("created_by", "version").order_by("-pk").first()


def is_pulled_for_runs(dataset: Dataset) -> bool:
    """Whether a run on the data set as it is now pulls its annotations first."""
    return CvatLink.objects.filter(dataset=dataset, ready=True).exists()


def address_in_cvat(link: CvatLink) -> str:
    """Where people open it; empty while it is being made."""
    if link.remote_id is None:
        return ""
    place = "projects" if link.kind == RemoteKind.PROJECT else "tasks"
    return f"{link.server.address}/{place}/{link.remote_id}"


def jobs_of_images(dataset: Dataset) -> dict[int, str]:
    """image id → the CVAT job it belongs to, in words, as known since the last pull; for splits by job."""
    frames = CvatFrame.objects.filter(link__dataset=dataset)
    jobs = dict(frames.values_list("image_name", "job_id").iterator(chunk_size=5000))
    images = dataset.images.values_list("pk", "name").iterator(chunk_size=5000)
    return {pk: f"Job {jobs[name]}" for pk, name in images if name in jobs}
