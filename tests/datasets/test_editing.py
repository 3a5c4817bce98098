"""Small changes by hand: saved whole or not at all, told when somebody was faster, and counted right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, TAG, Importer, cvat, picture, status_of
from yard.accounts.models import Project, User
from yard.core.models import AuditEntry, Event
from yard.datasets.counts import dataset_refresh_counts
from yard.datasets.doctor.repairs.run import repair_perform
from yard.datasets.editing import annotations, labels, steps
from yard.datasets.models import Dataset, Image, ImportState, Repair, Shape
from yard.datasets.versions.create import version_create
from yard.storage import keys
from yard.storage.objects import object_get

DRAWN = {"kind": "box", "label": "leaf", "geometry": {"x1": 1, "y1": 1, "x2": 4, "y2": 3, "rotation": 0}}
TURNED_OVER = '<box label="leaf" occluded="0" xtl="5" ytl="4" xbr="5" ybr="4" z_order="0"></box>'


@pytest.fixture
def annotated(dataset: Dataset, import_files: Importer) -> Dataset:
    """a.png has a box and a tag, b.png a box of no area (as imports let pass), c.png nothing."""
    files = {name: picture(color=color) for name, color in (("a.png", "red"), ("b.png", "blue"), ("c.png", "green"))}
    import_files({**files, "annotations.xml": cvat({"a.png": BOX + TAG, "b.png": TURNED_OVER})})
    return dataset


def address(dataset: Dataset, name: str = "a.png", end: str = "annotations/") -> str:
    return f"/api/v1/datasets/{dataset.pk}/images/{dataset.images.get(name=name).pk}/{end}"


def shown(client: APIClient, dataset: Dataset, name: str = "a.png") -> dict[str, Any]:
    found: dict[str, Any] = client.get(address(dataset, name, "")).json()
    return found


def save(client: APIClient, dataset: Dataset, shapes: list[Any], name: str = "a.png", revision: int = 1) -> Any:
    return client.put(address(dataset, name), {"revision": revision, "shapes": shapes}, format="json")


def figures(dataset: Dataset) -> dict[str, Any]:
    found = Dataset.objects.get(pk=dataset.pk)
    names = ("image_count", "annotated_count", "shape_count", "total_bytes", "kind_counts")
    counts = dict(found.labels.values_list("name", "shape_count"))
    return {**{name: getattr(found, name) for name in names}, "labels": counts}


def test_an_edit_is_saved_told_and_written_down(annotated: Dataset, as_owner: APIClient, owner: User) -> None:
    before = Dataset.objects.get(pk=annotated.pk)
    old = shown(as_owner, annotated)["shapes"]
    moved = {"id": old[0]["id"], "geometry": {**old[0]["geometry"], "x2": 6.5}}
    new = {**DRAWN, "label": "brand new", "attributes": {"ripe": "yes"}}
    answer = save(as_owner, annotated, [moved, {"id": old[1]["id"]}, new])
    assert answer.status_code == 200, answer.data
    saved = answer.json()
    assert [shape["label"] for shape in saved["shapes"]] == ["leaf", "rust", "brand new"]
    assert saved["shapes"][0]["geometry"]["x2"] == 6.5
    assert saved["shapes"][2]["source"] == "manual"
    assert (saved["revision"], saved["edited_by"]["username"], saved["edited_revision"]) == (2, "olga", 2)
    after = Dataset.objects.get(pk=annotated.pk)
    assert after.revision == before.revision + 1
    assert after.annotations_digest == "", "the stored annotations.xml is of before"
    assert figures(annotated)["labels"] == {"leaf": 2, "rust": 1, "brand new": 1}
    event = Event.objects.filter(kind="dataset.changed").latest("id")
    assert (event.object_id, event.actor_id) == (annotated.pk, owner.pk)
    assert AuditEntry.objects.filter(action="dataset.annotations_edited", actor_name="olga").count() == 1


def test_an_edit_is_in_the_next_version(annotated: Dataset, as_owner: APIClient, owner: User) -> None:
    first = version_create(dataset=annotated, user=owner)
    save(as_owner, annotated, [DRAWN], "c.png", revision=0)
    second = version_create(dataset=Dataset.objects.get(pk=annotated.pk), user=owner)
    assert (first.shape_count, second.shape_count) == (3, 4)


def test_who_comes_too_late_is_told_and_loses_nothing(annotated: Dataset, as_owner: APIClient) -> None:
    assert save(as_owner, annotated, [DRAWN]).status_code == 200
    late = save(as_owner, annotated, [])
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    told = late.json()
    assert "olga" in told["message"]
    assert told["extra"]["revision"] == 2
    assert (told["extra"]["edited_by"], bool(told["extra"]["edited_at"])) == ("olga", True)
    assert len(shown(as_owner, annotated)["shapes"]) == 1
    assert save(as_owner, annotated, [], revision=2).status_code == 200


def test_a_change_that_was_not_by_hand_is_told_as_such(
    annotated: Dataset, as_owner: APIClient, import_files: Importer
) -> None:
    assert save(as_owner, annotated, [DRAWN]).status_code == 200
    import_files({"annotations.xml": cvat({"a.png": TAG})})
    late = save(as_owner, annotated, [], revision=2).json()
    assert "an import" in late["message"]
    assert late["extra"]["edited_by"] is None


def test_what_an_import_let_pass_stays_until_it_is_touched(annotated: Dataset, as_owner: APIClient) -> None:
    flat = shown(as_owner, annotated, "b.png")["shapes"][0]
    assert save(as_owner, annotated, [flat, DRAWN], "b.png").status_code == 200
    flat = shown(as_owner, annotated, "b.png")["shapes"][0]
    refused = save(as_owner, annotated, [{**flat, "label": "rust"}], "b.png", revision=2)
    assert refused.status_code == 400
    assert refused.json()["extra"]["errors"][0]["path"] == ["shapes", 0]


@pytest.mark.parametrize(
    "shape",
    [
        {},
        "leaf",
        {"kind": "cube", "label": "leaf", "geometry": {}},
        {"kind": ["box"], "label": "leaf", "geometry": {}},
        {**DRAWN, "label": " "},
        {**DRAWN, "label": "n" * 256},
        {**DRAWN, "label": "le\u202eaf"},
        {**DRAWN, "geometry": None},
        {**DRAWN, "geometry": {"x1": 1, "y1": 1, "x2": 1, "y2": 3}},
        {**DRAWN, "geometry": {"x1": 1, "y1": 1, "x2": "4", "y2": 3}},
        {**DRAWN, "geometry": {"x1": 1, "y1": 1, "x2": 1e300, "y2": 3}},
        {**DRAWN, "geometry": {"x1": True, "y1": 1, "x2": 4, "y2": 3}},
        {**DRAWN, "geometry": {**DRAWN["geometry"], "more": 1}},  # type: ignore[dict-item]
        {**DRAWN, "attributes": {"ripe": 1}},
        {**DRAWN, "attributes": ["ripe"]},
        {**DRAWN, "z_order": 1 << 40},
        {**DRAWN, "occluded": "no"},
        {"kind": "tag", "label": "leaf", "geometry": {"x": 1}},
        {"kind": "polygon", "label": "leaf", "geometry": {"points": [[0, 0], [1, 1]]}},
        {"kind": "polygon", "label": "leaf", "geometry": {"points": [[0, 0], [1, 1], [0, 0]]}},
        {"kind": "polygon", "label": "leaf", "geometry": {"points": [[0, 0], [1, 1], [1]]}},
        {"kind": "polygon", "label": "leaf", "geometry": {"points": "0,0;1,1;2,2"}},
        {"kind": "points", "label": "leaf", "geometry": {"points": []}},
        {"kind": "cuboid", "label": "leaf", "geometry": {"points": [[0, 0]] * 7}},
        {"kind": "ellipse", "label": "leaf", "geometry": {"cx": 1, "cy": 1, "rx": 0, "ry": 1}},
        {"kind": "mask", "label": "leaf", "geometry": {"left": 0, "top": 0, "width": 2, "height": 2, "rle": [1, 2]}},
        {"kind": "mask", "label": "leaf", "geometry": {"left": 0, "top": 0, "width": 0, "height": 2, "rle": []}},
        {"kind": "mask", "label": "leaf", "geometry": {"left": 0, "top": 0, "width": 2, "height": 2, "rle": [-1, 5]}},
        {"kind": "skeleton", "label": "leaf", "geometry": {"points": [{"x": 1, "y": 1}]}},
    ],
)
def test_a_shape_that_is_not_well_formed_is_refused_whole(annotated: Dataset, as_owner: APIClient, shape: Any) -> None:
    answer = save(as_owner, annotated, [DRAWN, shape])
    assert answer.status_code == 400, answer.data
    assert answer.json()["message"]
    assert len(shown(as_owner, annotated)["shapes"]) == 2
    assert figures(annotated)["shape_count"] == 3


@pytest.mark.parametrize(
    ("kind", "geometry"),
    [
        ("tag", {}),
        ("box", {"x1": 0.0, "y1": 0.0, "x2": 3.0, "y2": 2.0, "rotation": 30.0}),
        ("polygon", {"points": [[0.0, 0.0], [3.0, 0.0], [1.0, 2.0]]}),
        ("polyline", {"points": [[0.0, 0.0], [3.0, 0.0]]}),
        ("points", {"points": [[1.0, 1.0]]}),
        ("mask", {"left": 0, "top": 0, "width": 2, "height": 2, "rle": [1, 2, 1]}),
        ("ellipse", {"cx": 2.0, "cy": 2.0, "rx": 1.0, "ry": 2.0, "rotation": 0.0}),
        ("cuboid", {"points": [[float(at), 1.0] for at in range(8)]}),
        ("skeleton", {"points": [{"label": "1", "x": 1.0, "y": 2.0, "outside": False, "occluded": True}]}),
    ],
)
def test_every_kind_can_be_saved(annotated: Dataset, as_owner: APIClient, kind: str, geometry: dict[str, Any]) -> None:
    saved = save(as_owner, annotated, [{"kind": kind, "label": "leaf", "geometry": geometry}])
    assert saved.status_code == 200, saved.data
    assert saved.json()["shapes"][0]["geometry"] == geometry


def test_only_editors_may(annotated: Dataset, as_viewer: APIClient, as_outsider: APIClient) -> None:
    one = f"/api/v1/datasets/{annotated.pk}/"
    label = annotated.labels.get(name="leaf").pk
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("put", address(annotated), {"revision": 1, "shapes": []}),
        ("post", f"{one}images/delete/", {"ids": [annotated.images.first().pk]}),  # type: ignore[union-attr]
        ("post", f"{one}labels/", {"name": "new"}),
        ("patch", f"{one}labels/{label}/", {"name": "new"}),
        ("delete", f"{one}labels/{label}/", {}),
    ]
    before = figures(annotated)
    for method, where, body in calls:
        assert getattr(as_viewer, method)(where, body, format="json").status_code == 403
        assert getattr(as_outsider, method)(where, body, format="json").status_code == 404
    assert figures(annotated) == before


def test_nothing_is_changed_while_an_import_is_at_work(annotated: Dataset, as_owner: APIClient) -> None:
    annotated.imports.update(state=ImportState.RUNNING)
    assert save(as_owner, annotated, []).status_code == 409
    deleted = as_owner.post(f"/api/v1/datasets/{annotated.pk}/images/delete/", {"ids": [1]}, format="json")
    assert deleted.status_code == 409


# --- labels -----------------------------------------------------------------------------------------------------------


def test_a_class_is_made_renamed_recoloured_and_removed(annotated: Dataset, as_owner: APIClient) -> None:
    where = f"/api/v1/datasets/{annotated.pk}/labels/"
    digest = annotated.images.get(name="a.png").annotations_digest
    made = as_owner.post(where, {"name": " stem ", "color": "#00FF00"}, format="json")
    assert (made.status_code, made.json()["name"], made.json()["color"]) == (201, "stem", "#00ff00")
    assert as_owner.post(where, {"name": "stem"}, format="json").status_code == 400
    assert as_owner.post(where, {"name": "x", "color": "red"}, format="json").status_code == 400
    leaf = annotated.labels.get(name="leaf").pk
    assert as_owner.patch(f"{where}{leaf}/", {"name": "rust"}, format="json").status_code == 400
    renamed = as_owner.patch(f"{where}{leaf}/", {"name": "Leaf", "color": "#112233"}, format="json")
    assert (renamed.json()["name"], renamed.json()["color"], renamed.json()["shape_count"]) == ("Leaf", "#112233", 2)
    image = annotated.images.get(name="a.png")
    assert image.labels == {"Leaf": 1, "rust": 1}
    assert image.annotations_digest != digest
    assert as_owner.delete(f"{where}{leaf}/").status_code == 409
    assert as_owner.delete(f"{where}{made.json()['id']}/").status_code == 204
    assert [label["name"] for label in as_owner.get(where).json()] == ["Leaf", "rust"]


def test_a_class_on_very_many_images_is_renamed_by_the_worker(
    annotated: Dataset, as_owner: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "RENAMED_AT_ONCE", 1)
    leaf = annotated.labels.get(name="leaf").pk
    where = f"/api/v1/datasets/{annotated.pk}/labels/{leaf}/"
    assert as_owner.patch(where, {"name": "rust"}, format="json").status_code == 400
    shapes = set(Shape.objects.values_list("pk", flat=True))
    answer = as_owner.patch(where, {"name": "Leaf", "color": "#112233"}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert annotated.images.get(name="a.png").labels == {"leaf": 1, "rust": 1}
    assert as_owner.patch(where, {"name": "other"}, format="json").status_code == 409
    repair_perform(answer.json()["id"])
    assert annotated.images.get(name="a.png").labels == {"Leaf": 1, "rust": 1}
    assert set(Shape.objects.values_list("pk", flat=True)) == shapes, "they stay as they are"
    label = annotated.labels.get(pk=leaf)
    assert (label.name, label.color, label.shape_count) == ("Leaf", "#112233", 2)
    found = Repair.objects.get(pk=answer.json()["id"])
    assert (found.state, found.summary) == ("succeeded", "class leaf → Leaf, 2 images changed.")
    as_owner.post(f"/api/v1/datasets/{annotated.pk}/repairs/{found.pk}/undo/")
    repair_perform(found.pk)
    assert annotated.images.get(name="a.png").labels == {"leaf": 1, "rust": 1}


# --- images -----------------------------------------------------------------------------------------------------------


def test_images_are_deleted_and_versions_keep_theirs(annotated: Dataset, as_owner: APIClient, owner: User) -> None:
    version = version_create(dataset=annotated, user=owner)
    pk, digest = annotated.images.values_list("pk", "digest").get(name="a.png")
    where = f"/api/v1/datasets/{annotated.pk}/images/delete/"
    answer = as_owner.post(where, {"ids": [pk, pk, 10**12]}, format="json")
    assert answer.json() == {"deleted": 1, "queued": 0}
    assert sorted(annotated.images.values_list("name", flat=True)) == ["b.png", "c.png"]
    assert figures(annotated)["shape_count"] == 1
    assert object_get(annotated.bucket, keys.dataset_file(annotated.pk, "a.png")) is None
    assert object_get(annotated.bucket, keys.blob(digest)) is not None, "the version needs it"
    assert status_of(as_owner, f"/api/v1/datasets/{annotated.pk}/versions/{version.number}/download/") == 200
    assert as_owner.post(where, {"ids": [pk]}, format="json").status_code == 404


def test_images_are_deleted_by_filter_only_as_many_as_were_seen(annotated: Dataset, as_owner: APIClient) -> None:
    where = f"/api/v1/datasets/{annotated.pk}/images/delete/"
    assert as_owner.post(where, {"filter": "label=leaf", "count": 1}, format="json").status_code == 409
    assert as_owner.post(where, {"filter": "label=leaf"}, format="json").status_code == 400
    assert as_owner.post(where, {}, format="json").status_code == 400
    assert as_owner.post(where, {"filter": "kind=cube", "count": 1}, format="json").status_code == 400
    slip = as_owner.post(where, {"filter": "lable=leaf", "count": 3}, format="json")
    assert (slip.status_code, "no 'lable'" in slip.json()["message"]) == (400, True), "else it would mean all images"
    assert as_owner.post(where, {"filter": "label=leaf", "count": 2}, format="json").json()["deleted"] == 2
    assert list(annotated.images.values_list("name", flat=True)) == ["c.png"]


@pytest.mark.django_db(transaction=True)
def test_very_many_images_are_deleted_by_the_worker(
    annotated: Dataset, as_owner: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "AT_ONCE", 1)
    where = f"/api/v1/datasets/{annotated.pk}/images/delete/"
    answer = as_owner.post(where, {"filter": "", "count": 3}, format="json")
    assert answer.json() == {"deleted": 1, "queued": 2}
    assert not annotated.images.exists()
    assert figures(annotated)["image_count"] == 0


# --- counts -----------------------------------------------------------------------------------------------------------

EDITS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["box", "tag"])), max_size=4),
    ),
    min_size=1,
    max_size=6,
)


class CountsStayRight(HypothesisTestCase):
    """Whatever is edited, the figures are those of counting everything anew."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(EDITS)
    def test_after_any_edits(self, edits: list[tuple[int, list[tuple[str, str]]]]) -> None:
        user = User.objects.create_user("olga", password="x", bucket="bucket-olga")
        project = Project.objects.create(name="Beans", created_by=user)
        dataset = Dataset.objects.create(project=project, name="Leaves", bucket="b", created_by=user)
        made = [
            Image.objects.create(
                dataset=dataset, name=name, digest=name * 64, size=5, width=8, height=8, media_type="image/png"
            )
            for name in "ab"
        ]
        dataset_refresh_counts(dataset)
        revisions = [0, 0]
        for at, shapes in edits:
            drawn = [
                {**DRAWN, "label": label} if kind == "box" else {"kind": kind, "label": label} for label, kind in shapes
            ]
            annotations.image_annotate(
                dataset=dataset, image_id=made[at].pk, revision=revisions[at], shapes=drawn, user=user
            )
            revisions[at] += 1
        kept = figures(dataset)
        dataset_refresh_counts(Dataset.objects.get(pk=dataset.pk))
        assert kept == figures(dataset)
