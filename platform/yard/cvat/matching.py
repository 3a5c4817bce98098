"""How the images of a data set and those in CVAT belong together, by name.

A report of it, as links and transfers keep it:

matched      images that both have
only_here    images that CVAT does not have; their annotations stay as they are
only_there   images in CVAT that the data set does not have
tasks        tasks looked at
examples     {"only_here": [name], "only_there": [name]}, at most ten each
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from yard.cvat.errors import CvatRefused
from yard.cvat.models import CvatFrame, CvatLink, RemoteKind
from yard.cvat.queue import TransferLease
from yard.cvat.remote import Frames, Remote, RemoteTask
from yard.datasets.models import Dataset
from yard.datasets.naming import Named, NameIndex
from yard.datasets.texts import shown

EXAMPLES = 10
TASKS_MAX = 500
BATCH = 2000


def name_index(dataset: Dataset) -> NameIndex:
    """Finds the data set's images by the names that CVAT gives them."""
    rows = dataset.images.order_by("pk").values_list("pk", "name", "path")
    return NameIndex([Named(pk, name, path) for pk, name, path in rows.iterator(chunk_size=5000)])


def match_images(lease: TransferLease, remote: Remote, *, at_least_one: bool) -> dict[str, Any]:
    """Compare the names, and remember which job each image is in; the report.

    Raises ``CvatRefused`` for a video or an empty task, and (``at_least_one``) when no name is found here.
    """
    link = lease.transfer.link
    assert link is not None
    assert link.remote_id is not None
    index = name_index(link.dataset)
    tasks = tasks_of(remote, link)
    jobs: dict[str, tuple[int, int]] = {}
    unknown: list[str] = []
    total = 0
    for number, task in enumerate(tasks):
        lease.tell(message=f"Comparing the images: task {number + 1} of {len(tasks)}.")
        frames = remote.frames(task.id)
        total += len(frames.names) - len(frames.deleted)
        for name, job_id in _with_jobs(frames):
            match = index.find(name)
            if match.image is None:
                unknown.append(name)
            else:
                jobs[match.image.name] = (task.id, job_id)
    if at_least_one and not jobs:
        raise CvatRefused(_nothing_matches(link, total, unknown))
    here = [name for name in link.dataset.images.order_by("name").values_list("name", flat=True) if name not in jobs]
    _remember(lease, link, jobs)
    return {
        "matched": len(jobs),
        "only_here": len(here),
        "only_there": len(unknown),
        "tasks": len(tasks),
        "examples": {"only_here": _some(here), "only_there": _some(unknown)},
    }


def tasks_of(remote: Remote, link: CvatLink) -> list[RemoteTask]:
    """The tasks that the link is about. Raises ``CvatRefused`` for videos and for too many."""
    assert link.remote_id is not None
    if link.kind == RemoteKind.PROJECT:
        tasks = [task for task in remote.tasks_of(link.remote_id) if task.size]
    else:
        tasks = [remote.task(link.remote_id)]
    if len(tasks) > TASKS_MAX:
        raise CvatRefused(f"The project has {len(tasks)} tasks; at most {TASKS_MAX} can be linked.")
    for task in tasks:
        if task.is_video:
            raise CvatRefused(
                f"Task {task.id} ({shown(task.name)}) is about a video. Data sets hold images: make a task of images."
            )
    return tasks


def counted(number: int) -> str:
    """``1 image is``, ``2 images are``."""
    return f"{number} image is" if number == 1 else f"{number} images are"


def _with_jobs(frames: Frames) -> Iterable[tuple[str, int]]:
    """(image name, job id; 0 when it is in none) of those that are not deleted, by one walk over both."""
    jobs = sorted(frames.jobs, key=lambda job: job[1])
    at = 0
    for position, name in enumerate(frames.names):
        while at < len(jobs) - 1 and position > jobs[at][2]:
            at += 1
        inside = bool(jobs) and jobs[at][1] <= position <= jobs[at][2]
        if position not in frames.deleted:
            yield name, jobs[at][0] if inside else 0


def _remember(lease: TransferLease, link: CvatLink, jobs: dict[str, tuple[int, int]]) -> None:
    rows = [
        CvatFrame(link=link, image_name=name, task_id=task, job_id=job) for name, (task, job) in jobs.items() if job
    ]
    with transaction.atomic():
        lease.write()
        CvatFrame.objects.filter(link=link).delete()
        CvatFrame.objects.bulk_create(rows, batch_size=BATCH)


def _nothing_matches(link: CvatLink, total: int, unknown: list[str]) -> str:
    if not total:
        return f"The {link.get_kind_display().lower()} in CVAT has no images."
    return (
        f"None of the {total} images in CVAT is in the data set {link.dataset.name}: they are matched by file name, "
        f"and CVAT has {', '.join(_some(unknown)[:3])}."
    )


def _some(names: list[str]) -> list[str]:
    return [shown(name) for name in names[:EXAMPLES]]
