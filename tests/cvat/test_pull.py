"""Annotations come from CVAT: what changed there changes here, whole or not at all, with versions before and after."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.cvat.conftest import BOX, POLYGON, SHAPES, carry, fill, pulled
from tests.cvat.double import CvatDouble
from yard.accounts.models import User
from yard.core.models import AuditEntry
from yard.cvat import pulling
from yard.cvat.models import CvatLink, CvatServer, CvatTransfer, RemoteKind, TransferState
from yard.cvat.services import link_create, link_existing, pull_request
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Shape, VersionOrigin
from yard.datasets.shapes import shapes_replace
from yard.datasets.working_state import changing


def shapes_on(dataset: Dataset, name: str) -> list[tuple[str, str]]:
    return list(
        Shape.objects.filter(image__dataset=dataset, image__name=name).order_by("pk").values_list("kind", "label__name")
    )


def test_nothing_has_changed_after_a_round_trip_of_every_kind_of_shape(linked: CvatLink, editor: User) -> None:
    before = linked.dataset.revision
    done = pulled(linked.dataset, editor)
    assert done.state == TransferState.SUCCEEDED, done.message
    assert (done.report["changed"], done.report["unchanged"], done.report["matched"]) == (0, 6, 6)
    assert "Nothing has changed" in done.message
    linked.dataset.refresh_from_db()
    assert linked.dataset.revision == before


def test_what_annotators_did_is_taken(linked: CvatLink, editor: User, double: CvatDouble) -> None:
    dataset, task = linked.dataset, linked.remote_id
    assert task is not None
    double.annotate(task, "05.png", BOX.format(7, "") + POLYGON)
    double.annotate(task, "04.png", "")
    double.annotate(task, "00.png", '<box label="weed" occluded="0" xtl="0" ytl="0" xbr="3" ybr="3" z_order="0"/>')
    double.tasks[task].labels.append({"name": "weed", "color": "#123456", "attributes": []})
    done = pulled(dataset, editor)
    assert done.state == TransferState.SUCCEEDED, done.message
    assert (done.report["changed"], done.report["emptied"], done.report["unchanged"]) == (3, 1, 3)
    assert done.report["labels_added"] == ["weed"]
    assert dataset.labels.get(name="weed").color == "#123456"
    assert shapes_on(dataset, "05.png") == [("box", "bean"), ("polygon", "leaf")]
    assert shapes_on(dataset, "04.png") == []
    assert shapes_on(dataset, "00.png") == [("box", "weed")]
    dataset.refresh_from_db()
    assert dataset.annotated_count == 5
    assert dict(dataset.images.values_list("name", "shape_count"))["05.png"] == 2


def test_versions_before_and_after_are_kept(linked: CvatLink, editor: User, double: CvatDouble) -> None:
    dataset = linked.dataset
    assert linked.remote_id is not None
    double.annotate(linked.remote_id, "05.png", BOX.format(7, ""))
    done = pulled(dataset, editor)
    before, after = dataset.versions.order_by("number")
    assert (done.report["before"], done.report["after"]) == (before.number, after.number)
    assert done.version == after
    assert after.origin == VersionOrigin.CVAT
    assert (before.shape_count, after.shape_count) == (6, 7)
    again = pulled(dataset, editor)
    assert again.version == after, "the same content is the same version"
    assert dataset.versions.count() == 2
    assert AuditEntry.objects.filter(action="dataset.cvat_pulled").count() == 1


def test_what_was_drawn_by_hand_is_in_the_version_before(linked: CvatLink, editor: User) -> None:
    dataset = linked.dataset
    image = dataset.images.get(name="05.png")
    with changing(dataset, user=editor, action="dataset.edited") as locked:
        mine = ShapeAnnotation("box", "bean", {"x1": 0.0, "y1": 0.0, "x2": 2.0, "y2": 2.0, "rotation": 0.0})
        shapes_replace({image.pk: [mine]}, LabelBook(locked))
    done = pulled(dataset, editor)
    assert done.report["changed"] == 1
    assert done.report["emptied"] == 1
    assert dataset.versions.get(number=done.report["before"]).shape_count == 7


def test_images_that_only_one_side_has_are_told_and_left_alone(
    linked: CvatLink, editor: User, double: CvatDouble
) -> None:
    dataset = linked.dataset
    assert linked.remote_id is not None
    task = double.tasks[linked.remote_id]
    task.frames.remove("01.png")
    task.frames.append("elsewhere.png")
    task.annotations["elsewhere.png"] = BOX.format(3, "")
    done = pulled(dataset, editor)
    assert done.state == TransferState.SUCCEEDED
    assert (done.report["matched"], done.report["only_here"], done.report["only_there"]) == (5, 1, 1)
    assert done.report["examples"] == {"only_here": ["01.png"], "only_there": ["elsewhere.png"]}
    assert shapes_on(dataset, "01.png") == [("box", "bean"), ("polygon", "leaf")]


def test_frames_that_annotators_deleted_count_as_not_there(linked: CvatLink, editor: User, double: CvatDouble) -> None:
    assert linked.remote_id is not None
    double.tasks[linked.remote_id].deleted = {0, 4}
    done = pulled(linked.dataset, editor)
    assert (done.state, done.report["matched"], done.report["only_here"]) == (TransferState.SUCCEEDED, 4, 2), (
        done.message
    )
    assert done.report["examples"]["only_here"] == ["00.png", "04.png"]
    assert shapes_on(linked.dataset, "00.png") == [("box", "bean")], "what CVAT no longer has keeps what it had"
    first, second = (job for job, _, _ in double.tasks[linked.remote_id].jobs())
    jobs = dict(linked.frames.values_list("image_name", "job_id"))
    assert jobs == {"01.png": first, "02.png": first, "03.png": first, "05.png": second}, "places are as before"


def test_a_change_in_the_same_moment_is_seen(
    linked: CvatLink, editor: User, double: CvatDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody edits between comparing and writing: everything is compared again."""
    dataset = linked.dataset
    assert linked.remote_id is not None
    double.annotate(linked.remote_id, "05.png", BOX.format(7, ""))
    compare, times = pulling._compare, []

    def slow_compare(*arguments: object) -> object:
        read = compare(*arguments)  # type: ignore[arg-type]
        if not times:
            with changing(Dataset.objects.get(pk=dataset.pk), user=editor, action="dataset.edited") as locked:
                shapes_replace({dataset.images.get(name="00.png").pk: []}, LabelBook(locked))
        times.append(1)
        return read

    monkeypatch.setattr(pulling, "_compare", slow_compare)
    done = pulled(dataset, editor)
    assert done.state == TransferState.SUCCEEDED
    assert len(times) == 2
    assert done.report["changed"] == 2
    assert shapes_on(dataset, "00.png") == [("box", "bean")]


def test_two_pulls_at_once_become_one_that_waits(linked: CvatLink, editor: User, owner: User) -> None:
    first, second = pull_request(dataset=linked.dataset, user=editor), pull_request(dataset=linked.dataset, user=owner)
    assert first == second
    assert carry(first).state == TransferState.SUCCEEDED
    assert pull_request(dataset=linked.dataset, user=owner) != first


def test_a_pull_waits_for_one_that_runs(linked: CvatLink, editor: User, double: CvatDouble) -> None:
    first = pull_request(dataset=linked.dataset, user=editor)
    seen = []

    def during(method: str, path: str) -> None:
        if path.endswith("/dataset/export"):
            seen.append(double.requests.count((method, path)))

    double.faults.before = during
    CvatTransfer.objects.filter(pk=first.pk).update(state="running", lease_until="2999-01-01T00:00Z", lease_owner="x")
    CvatTransfer.objects.filter(pk=first.pk).update(started_at="2026-01-01T00:00Z")
    second = pull_request(dataset=linked.dataset, user=editor)
    assert second != first
    assert carry(second, most=1).state == TransferState.QUEUED
    assert seen == []


def test_a_project_is_pulled_with_all_its_tasks(
    dataset: Dataset, server: CvatServer, editor: User, double: CvatDouble
) -> None:
    carry(link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.PROJECT))
    link = CvatLink.objects.get()
    another = double.task_with(["elsewhere.png"], project_id=link.remote_id)
    another.annotations["elsewhere.png"] = BOX.format(3, "")
    task = next(task for task in double.tasks.values() if "00.png" in task.frames)
    double.annotate(task.id, "00.png", POLYGON)
    done = pulled(dataset, editor)
    assert done.state == TransferState.SUCCEEDED, done.message
    assert (done.report["tasks"], done.report["changed"], done.report["only_there"]) == (2, 1, 1)


class TestLinking:
    def test_a_task_that_is_there_is_linked_when_its_images_match(
        self, dataset: Dataset, server: CvatServer, editor: User, double: CvatDouble
    ) -> None:
        task = double.task_with([f"some/folder/{number:02}.png" for number in range(4)] + ["other.png"])
        done = carry(
            link_existing(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK, remote_id=task.id)
        )
        assert done.state == TransferState.SUCCEEDED, done.message
        link = CvatLink.objects.get()
        assert (link.ready, link.name, link.made_here) == (True, "made by hand", False)
        assert (link.images["matched"], link.images["only_here"], link.images["only_there"]) == (4, 2, 1)
        double.annotate(task.id, "some/folder/01.png", BOX.format(3, ""))
        assert pulled(dataset, editor).report["changed"] == 4  # the others have no annotations there
        assert shapes_on(dataset, "01.png") == [("box", "bean")]

    def test_none_that_matches_is_refused_with_names(
        self, dataset: Dataset, server: CvatServer, editor: User, double: CvatDouble
    ) -> None:
        task = double.task_with(["cat.jpg", "dog.jpg"])
        done = carry(
            link_existing(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK, remote_id=task.id)
        )
        assert done.state == TransferState.FAILED
        assert "None of the 2 images" in done.message
        assert "cat.jpg" in done.message
        assert not CvatLink.objects.get().ready

    def test_no_such_task_and_videos_are_refused(
        self, dataset: Dataset, server: CvatServer, editor: User, double: CvatDouble
    ) -> None:
        done = carry(link_existing(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK, remote_id=99))
        assert "no task 99" in done.message
        video = double.task_with(["frame_000000.png"])
        video.mode = "interpolation"
        done = carry(
            link_existing(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK, remote_id=video.id)
        )
        assert "video" in done.message


class TestBadExports:
    def test_broken_xml_changes_nothing(self, linked: CvatLink, editor: User, double: CvatDouble) -> None:
        whole = "".join(
            f'<image id="{number}" name="{number:02}.png" width="8" height="8"></image>' for number in range(6)
        )
        double.faults.annotations = f"<annotations><version>1.1</version>{whole}<image"
        done = pulled(linked.dataset, editor)
        assert done.state == TransferState.FAILED
        assert "not well-formed XML" in done.message
        assert shapes_on(linked.dataset, "00.png") == [("box", "bean")]
        assert linked.dataset.versions.count() == 0

    @pytest.mark.parametrize(
        ("images", "words"),
        [
            (
                '<image id="0" name="00.png"><tag label="nobody declared it"/><tag label="bean"/></image>',
                "'nobody declared",
            ),
            (
                '<image id="0" name="00.png"><box label="bean" xtl="much"/><points label="bean"/></image>',
                "2 annotations",
            ),
            ("", "none of the data set's images"),
        ],
    )
    def test_one_that_says_too_little_changes_nothing(
        self, linked: CvatLink, editor: User, double: CvatDouble, images: str, words: str
    ) -> None:
        labels = "<meta><task><labels><label><name>bean</name><attributes/></label></labels></task></meta>"
        double.faults.annotations = f"<annotations><version>1.1</version>{labels}{images}</annotations>"
        done = pulled(linked.dataset, editor)
        assert (done.state, words in done.message) == (TransferState.FAILED, True), done.message
        assert shapes_on(linked.dataset, "00.png") == [("box", "bean")]
        assert linked.dataset.versions.count() == 0

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"no archive at all", "no ZIP"),
            (b"", "no ZIP"),
            ("two", "2 files called annotations.xml"),
            ("none", "0 files called annotations.xml"),
        ],
    )
    def test_what_is_no_export_changes_nothing(
        self, linked: CvatLink, editor: User, double: CvatDouble, content: bytes | str, words: str
    ) -> None:
        if isinstance(content, str):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                names = {"two": ["annotations.xml", "deep/annotations.xml"], "none": ["readme.txt"]}[content]
                for name in names:
                    archive.writestr(name, "<annotations/>")
            content = packed.getvalue()
        double.faults.exported = content
        done = pulled(linked.dataset, editor)
        assert done.state == TransferState.FAILED
        assert words in done.message
        assert linked.dataset.versions.count() == 0

    def test_more_than_the_limit_is_not_taken(
        self, linked: CvatLink, editor: User, double: CvatDouble, settings: object
    ) -> None:
        settings.ANNOTATIONS_MAX_BYTES = 100  # type: ignore[attr-defined]
        done = pulled(linked.dataset, editor)
        assert done.state == TransferState.FAILED
        assert "limit" in done.message


def test_a_larger_data_set_goes_both_ways(dataset: Dataset, server: CvatServer, editor: User, owner: User) -> None:
    """More images than are sent, paged or written at once."""
    fill(dataset, owner, SHAPES * 11)
    done = carry(link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK, images_per_job=5))
    assert done.state == TransferState.SUCCEEDED, done.message
    assert done.report["matched"] == 66
    assert pulled(dataset, editor).report["unchanged"] == 66
