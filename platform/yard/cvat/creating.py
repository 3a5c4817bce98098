"""Making a task (or a project with one) in CVAT from a data set.

Each step looks first whether it was done before: a worker that is killed anywhere leaves something that the next one
goes on with, and never a second task.
"""

from __future__ import annotations

import tempfile
import uuid
from functools import partial
from pathlib import Path

from yard.cvat.errors import CvatMissing, CvatRefused
from yard.cvat.matching import match_images
from yard.cvat.models import CvatLink, RemoteKind, TransferState
from yard.cvat.queue import TransferLease
from yard.cvat.remote import Remote
from yard.cvat.waiting import wait_for
from yard.datasets.annotation_rows import annotated_images
from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.types import LabelSpec
from yard.datasets.labels import spec_of
from yard.datasets.models import Dataset, Shape, ShapeKind
from yard.storage import keys
from yard.storage.objects import open_object

SENT_AT_ONCE = 20
"""So many images are sent before it is noted how far it came; those are sent again (or found there) after a kill."""
SENDING = (0.05, 0.75)
FRAMES = (0.75, 0.88)
ANNOTATIONS = (0.9, 0.97)
NAME_CHARACTERS = 255


def create(lease: TransferLease, remote: Remote) -> None:
    """The link's task with all images and annotations; from where an earlier try came to."""
    link = lease.transfer.link
    assert link is not None
    dataset = link.dataset
    if not dataset.image_count:
        raise CvatRefused(f"The data set {dataset.name} has no images yet. Upload some first.")
    lease.tell(0.02, "Making the task in CVAT.", at_once=True)
    task_id = _made(lease, remote, link)
    if not remote.task(task_id).size:
        _send_images(lease, remote, dataset, task_id)
    if dataset.shape_count:
        _send_annotations(lease, remote, dataset, task_id)
    report = match_images(lease, remote, at_least_one=True)
    for kind, remote_id in _things(link):
        remote.rename(kind, remote_id, link.name)
    lease.write()
    CvatLink.objects.filter(pk=link.pk).update(ready=True, images=report)
    link.ready, link.images = True, report
    sent = f"{report['matched']} images and {dataset.shape_count} annotations are in CVAT."
    lease.end(TransferState.SUCCEEDED, sent, report=report)


# --- the task ---------------------------------------------------------------------------------------------------------


def _made(lease: TransferLease, remote: Remote, link: CvatLink) -> int:
    """The id of the task; what was made before, known here or only there, is used."""
    labels = [spec_of(label) for label in link.dataset.labels.order_by("name")]
    joints = _joints(link.dataset)
    project_id: int | None = None
    if link.kind == RemoteKind.PROJECT:
        project_id = link.memo.get("project") or remote.find(RemoteKind.PROJECT, link.marker)
        if project_id is None:
            project_id = remote.project_create(name=_marked(link), labels=labels, joints=joints)
        _know(lease, link, project_id, project=project_id)
    task_id = link.memo.get("task") or remote.find(RemoteKind.TASK, link.marker)
    if task_id is None:
        task_id = remote.task_create(
            name=_marked(link),
            labels=labels,
            joints=joints,
            project_id=project_id,
            images_per_job=int(link.memo.get("images_per_job") or 0),
        )
    _know(lease, link, project_id or task_id, task=task_id)
    return int(task_id)


def _know(lease: TransferLease, link: CvatLink, remote_id: int, **memo: int) -> None:
    lease.got_on(**memo)
    CvatLink.objects.filter(pk=link.pk).update(remote_id=remote_id)
    link.remote_id = remote_id


def _marked(link: CvatLink) -> str:
    """Its name while it is being made, by which it can be found again."""
    return f"{link.name[: NAME_CHARACTERS - len(link.marker) - 1]} {link.marker}"


def _things(link: CvatLink) -> list[tuple[RemoteKind, int]]:
    things = [(RemoteKind.TASK, int(link.memo["task"]))]
    if link.kind == RemoteKind.PROJECT:
        things.append((RemoteKind.PROJECT, int(link.memo["project"])))
    return things


def _joints(dataset: Dataset) -> dict[str, list[str]]:
    """label → the names of its joints, of labels that skeletons are drawn with; the first skeleton of each tells."""
    found: dict[str, list[str]] = {}
    skeletons = Shape.objects.filter(image__dataset=dataset, kind=ShapeKind.SKELETON).order_by("label", "pk")
    for label in dataset.labels.order_by("name"):
        first = skeletons.filter(label=label).first()
        if first is not None:
            found[label.name] = [str(point["label"]) for point in first.geometry["points"]]
    return found


# --- its images -------------------------------------------------------------------------------------------------------


def _send_images(lease: TransferLease, remote: Remote, dataset: Dataset, task_id: int) -> None:
    link = lease.transfer.link
    assert link is not None
    request_id = link.memo.get("data_request") or remote.background_of_task(task_id, "data")
    if request_id is None or not _is_known(remote, request_id):
        remote.images_begin(task_id)
        _send_each(lease, remote, dataset, task_id)
        request_id = remote.images_end(task_id)
    lease.got_on(data_request=request_id)
    wait_for(lease, remote, request_id, what="makes frames of the images", span=FRAMES)


def _is_known(remote: Remote, request_id: str) -> bool:
    """Whether CVAT still knows of it and did not fail; otherwise it is asked again."""
    try:
        return remote.background(request_id).state != "failed"
    except CvatMissing:
        return False


def _send_each(lease: TransferLease, remote: Remote, dataset: Dataset, task_id: int) -> None:
    link = lease.transfer.link
    assert link is not None
    images = dataset.images.order_by("name")
    total = images.count()
    after = str(link.memo.get("sent", ""))
    done = images.filter(name__lte=after).count() if after else 0
    begin, end = SENDING
    while some := list(images.filter(name__gt=after).values_list("name", flat=True)[:SENT_AT_ONCE]):
        for name in some:
            tell = partial(
                _travelled, lease, begin + (end - begin) * done / total, f"Sending images: {done} of {total}."
            )
            tell(0)
            with open_object(dataset.bucket, keys.dataset_file(dataset.pk, name)) as content:
                remote.image_send(task_id, name=name, content=content, watch=tell)
            done += 1
        after = some[-1]
        lease.got_on(sent=after)
        lease.tell(may_pause=True)


def _travelled(lease: TransferLease, progress: float, message: str, _size: int) -> None:
    lease.tell(progress, message)


# --- its annotations --------------------------------------------------------------------------------------------------


def _send_annotations(lease: TransferLease, remote: Remote, dataset: Dataset, task_id: int) -> None:
    link = lease.transfer.link
    assert link is not None
    labels: list[LabelSpec] = [spec_of(label) for label in dataset.labels.order_by("name")]
    lease.tell(ANNOTATIONS[0], "Sending the annotations.", at_once=True)
    with tempfile.TemporaryDirectory(prefix="yard-cvat-") as folder:
        # A name of its own each time: what a killed worker sent of one lies there still.
        file = Path(folder) / f"trainyard-{lease.transfer.pk}-{uuid.uuid4().hex[:8]}.xml"
        with file.open("wb") as target:
            write_cvat(
                target,
                name=dataset.name,
                labels=labels,
                images=annotated_images(dataset),
                image_count=dataset.image_count,
            )
        watch = partial(_travelled, lease, ANNOTATIONS[0], "Sending the annotations.")
        request_id = remote.annotations_send(task_id, file, watch)
    wait_for(lease, remote, request_id, what="takes the annotations", span=ANNOTATIONS)
