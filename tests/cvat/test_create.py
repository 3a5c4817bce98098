"""A data set becomes a task or project in CVAT: its images, labels and annotations as they are."""

from __future__ import annotations

from tests.cvat.conftest import carry, picture
from tests.cvat.double import CvatDouble
from yard.accounts.models import User
from yard.cvat.models import CvatFrame, CvatLink, CvatServer, RemoteKind, TransferState
from yard.cvat.selectors import jobs_of_images
from yard.cvat.services import link_create
from yard.datasets.models import Dataset


def test_a_task_holds_the_images_labels_and_annotations(linked: CvatLink, double: CvatDouble) -> None:
    (task,) = double.tasks.values()
    assert task.name == "Leaves"
    assert task.frames == [f"{number:02}.png" for number in range(6)]
    assert task.files == {f"{number:02}.png": picture(number) for number in range(6)}
    assert linked.ready
    assert linked.remote_id == task.id
    labels = {label["name"]: label for label in task.labels}
    assert labels["bean"]["color"] == "#11aa22"
    (attribute,) = labels["bean"]["attributes"]
    assert (attribute["name"], attribute["input_type"], attribute["values"]) == ("ripe", "select", ["yes", "no"])
    assert labels["leaf"]["type"] == "polygon"
    assert labels["plant"]["type"] == "skeleton"
    assert [joint["name"] for joint in labels["plant"]["sublabels"]] == ["root", "tip"]
    assert 'name="ripe">no<' in task.annotations["00.png"]
    assert "polygon" in task.annotations["01.png"]
    assert task.annotations["05.png"] == ""


def test_the_job_of_each_image_is_known(linked: CvatLink, double: CvatDouble) -> None:
    (task,) = double.tasks.values()
    jobs = dict(CvatFrame.objects.values_list("image_name", "job_id"))
    first, second = (job for job, _, _ in task.jobs())
    assert [jobs[f"{number:02}.png"] for number in range(6)] == [first] * 4 + [second] * 2
    titles = jobs_of_images(linked.dataset)
    assert [titles[pk] for pk in linked.dataset.images.order_by("name").values_list("pk", flat=True)] == [
        *[f"Job {first}"] * 4,
        *[f"Job {second}"] * 2,
    ]


def test_a_project_holds_one_task_with_its_labels(
    dataset: Dataset, server: CvatServer, editor: User, double: CvatDouble
) -> None:
    done = carry(link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.PROJECT, name="Beans 2026"))
    assert done.state == TransferState.SUCCEEDED, done.message
    (project,) = double.projects.values()
    (task,) = double.tasks.values()
    assert (project.name, task.name, task.project_id) == ("Beans 2026", "Beans 2026", project.id)
    assert CvatLink.objects.get().remote_id == project.id
    assert {label["name"] for label in project.labels} == {"bean", "leaf", "plant"}
    assert len(task.frames) == 6
