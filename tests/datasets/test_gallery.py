"""Which images the gallery shows, from where in their order, and what it costs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, body_of, client_of, cvat, picture, status_of
from yard.accounts.models import Membership, Project, Role, User
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.counts import dataset_refresh_counts
from yard.datasets.gallery import overlays
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Finding, Image, Split, SplitMember
from yard.datasets.shapes import shapes_replace
from yard.storage import keys
from yard.storage.stores import get_store

CLASSES = ("leaf", "rust", "stem")


def add_image(
    dataset: Dataset, number: int, shapes: list[ShapeAnnotation], width: int = 640, height: int = 480
) -> Image:
    image = Image.objects.create(
        dataset=dataset,
        name=f"{number:03}.png",
        digest=f"{number:064x}",
        size=1000 + number * 37 % 11,
        width=width,
        height=height,
        media_type="image/png",
    )
    shapes_replace({image.pk: shapes}, LabelBook(dataset))
    return image


def box(label: str, x: float, y: float, width: float, height: float) -> ShapeAnnotation:
    return ShapeAnnotation("box", label, {"x1": x, "y1": y, "x2": x + width, "y2": y + height, "rotation": 0.0})


def polygon(label: str, *points: tuple[float, float]) -> ShapeAnnotation:
    return ShapeAnnotation("polygon", label, {"points": [list(point) for point in points]})


def found(client: APIClient, dataset: Dataset, **query: Any) -> list[str]:
    response = client.get(f"/api/v1/datasets/{dataset.pk}/gallery/?{urlencode(query, doseq=True)}")
    assert response.status_code == 200, response.data
    body = response.json()
    assert body["count"] == len(body["results"]) or len(body["results"]) == query.get("limit", 100)
    return [row["name"] for row in body["results"]]


@pytest.fixture
def gallery(dataset: Dataset) -> Dataset:
    """000 has nothing, 001 a small leaf and a wide rust, 002 a rust tag, 003 a polygon of a stem and a large leaf."""
    add_image(dataset, 0, [])
    add_image(dataset, 1, [box("leaf", 0, 0, 8, 8), box("rust", 300, 300, 200, 20)], 800, 600)
    add_image(dataset, 2, [ShapeAnnotation("tag", "rust", {})])
    add_image(dataset, 3, [polygon("stem", (0, 0), (9, 0), (9, 90)), box("leaf", 400, 300, 100, 100)], 100, 1000)
    split = Split.objects.create(dataset=dataset, name="main", method="manual")
    by_name = dict(dataset.images.values_list("name", "pk"))
    SplitMember.objects.create(split=split, image_id=by_name["001.png"], part="train")
    SplitMember.objects.create(split=split, image_id=by_name["002.png"], part="val")
    Finding.objects.create(dataset=dataset, code="image.blank", severity="info", image_id=by_name["000.png"])
    dataset.split = split
    dataset.save()
    dataset_refresh_counts(dataset)
    return dataset


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "0123"),
        ({"ordering": "-name"}, "3210"),
        ({"ordering": "-id"}, "3210"),
        ({"ordering": "-shape_count"}, "3120"),
        ({"search": "02"}, "2"),
        ({"label": "rust"}, "12"),
        ({"label": ["leaf", "stem"]}, "13"),
        ({"label_all": ["leaf", "rust"]}, "1"),
        ({"label_none": "leaf"}, "02"),
        ({"label": "nobody"}, ""),
        ({"kind": "polygon"}, "3"),
        ({"kind": ["tag", "polygon"]}, "23"),
        ({"part": "train"}, "1"),
        ({"part": ["none", "val"]}, "023"),
        ({"finding": "image.blank"}, "0"),
        ({"finding": "shape.partly_outside"}, ""),
        ({"annotated": "false"}, "0"),
        ({"width_min": 700}, "1"),
        ({"height_min": 481, "height_max": 600}, "1"),
        ({"objects_min": 1, "objects_max": 1}, "2"),
        ({"shape_width_max": 9}, "1"),
        ({"label": "leaf", "shape_width_min": 9}, "3"),
        ({"label": "rust", "shape_width_max": 9}, ""),
        ({"shape_aspect_min": 10}, "1"),
        ({"shape_aspect_max": 0.5}, "3"),
        ({"shape_area_min": 4000, "shape_area_max": 4001}, "1"),
        ({"center_x_max": 0.1, "center_y_max": 0.1}, "13"),
        ({"label": "rust", "center_x_min": 0.45, "center_x_max": 0.55}, "1"),
    ],
)
def test_filters(gallery: Dataset, as_viewer: APIClient, query: dict[str, Any], expected: str) -> None:
    assert found(as_viewer, gallery, **query) == [f"00{number}.png" for number in expected]


@pytest.mark.parametrize(
    "query",
    [
        "kind=cube",
        "part=all",
        "width_min=-1",
        "width_min=1.5",
        "annotated=perhaps",
        "ordering=password",
        "label=%00",
        "finding=zzz",
    ],
)  # fmt: skip
def test_a_filter_that_says_nothing_known_is_refused(gallery: Dataset, as_viewer: APIClient, query: str) -> None:
    response = as_viewer.get(f"/api/v1/datasets/{gallery.pk}/gallery/?{query}")
    assert response.status_code == (200 if query.startswith("annotated") else 400)


def test_an_unknown_finding_is_told_with_those_there_are(gallery: Dataset, as_viewer: APIClient) -> None:
    where = f"/api/v1/datasets/{gallery.pk}/gallery/?finding=image.blank&finding=zzz"
    says = str(as_viewer.get(where).json())
    assert "There is no finding 'zzz'. There are: " in says
    assert "shape.partly_outside" in says


def test_windows_and_places_agree(gallery: Dataset, as_viewer: APIClient) -> None:
    """Every image's neighbours are those beside it in the list, whatever the order and the filter."""
    for query in ({}, {"ordering": "-shape_count"}, {"ordering": "size"}, {"label": "leaf", "ordering": "-size"}):
        names = found(as_viewer, gallery, **query)
        assert [found(as_viewer, gallery, **query, offset=at, limit=1)[0] for at in range(len(names))] == names
        ids = [gallery.images.get(name=name).pk for name in names]
        for at, pk in enumerate(ids):
            address = f"/api/v1/datasets/{gallery.pk}/images/{pk}/place/?{urlencode(query)}"
            assert as_viewer.get(address).json() == {
                "position": at,
                "count": len(ids),
                "previous": ids[at - 1] if at else None,
                "next": ids[at + 1] if at + 1 < len(ids) else None,
            }
    outside = gallery.images.get(name="000.png")
    place = as_viewer.get(f"/api/v1/datasets/{gallery.pk}/images/{outside.pk}/place/?label=leaf").json()
    assert place == {"position": None, "count": 2, "previous": None, "next": None}


def test_a_change_is_seen_at_once(gallery: Dataset, as_owner: APIClient) -> None:
    assert found(as_owner, gallery, label="stem") == ["003.png"]
    image = gallery.images.get(name="000.png")
    body = {"revision": image.revision, "shapes": [{"kind": "tag", "label": "stem"}]}
    assert as_owner.put(f"/api/v1/datasets/{gallery.pk}/images/{image.pk}/annotations/", body).status_code == 200
    assert found(as_owner, gallery, label="stem") == ["000.png", "003.png"]


def test_the_number_of_queries_does_not_grow(gallery: Dataset, as_viewer: APIClient) -> None:
    def queries(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found(as_viewer, gallery, limit=limit, offset=4 - limit)
        return len(captured)

    assert queries(1) == queries(4)


def test_small_pictures_get_few_points(dataset: Dataset, as_viewer: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    outline = [(300 + 0.05 * at, 200 + 0.05 * at) for at in range(3000)] + [(300.0, 400.0)]
    mask = {"left": 0, "top": 0, "width": 100, "height": 50, "rle": [1] * 5000}
    add_image(dataset, 0, [polygon("leaf", *outline), ShapeAnnotation("mask", "leaf", mask), box("leaf", 1, 1, 2, 2)])
    dataset_refresh_counts(dataset)
    (row,) = as_viewer.get(f"/api/v1/datasets/{dataset.pk}/gallery/").json()["results"]
    assert [shape["kind"] for shape in row["shapes"]] == ["polygon", "box", "box"], (
        "a large mask is shown as its bounds"
    )
    assert row["shapes"][1]["geometry"] == {"x1": 0, "y1": 0, "x2": 100, "y2": 50, "rotation": 0}
    monkeypatch.setattr(overlays, "SHAPES_MAX", 2)
    (row,) = as_viewer.get(f"/api/v1/datasets/{dataset.pk}/gallery/").json()["results"]
    assert len(row["shapes"]) == 2
    assert row["shape_count"] == 3


def test_thumbnails_are_made_by_the_import_and_may_be_kept(
    dataset: Dataset, import_files: Importer, as_viewer: APIClient, as_outsider: APIClient
) -> None:
    import_files({"a.png": picture(900, 600)})
    image = dataset.images.get()
    assert get_store().stat(dataset.bucket, keys.thumbnail(image.digest)) is not None
    (row,) = as_viewer.get(f"/api/v1/datasets/{dataset.pk}/gallery/").json()["results"]
    response = as_viewer.get(row["thumbnail_url"])
    assert body_of(response)[8:12] == b"WEBP"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    again = as_viewer.get(row["thumbnail_url"], HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again["Cache-Control"]) == (304, response["Cache-Control"])
    plain = as_viewer.get(row["thumbnail_url"].split("?")[0])
    body_of(plain)
    assert plain["Cache-Control"] == "private, no-cache"
    other = as_viewer.get(row["thumbnail_url"].split("?")[0] + "?of=" + "0" * 16)
    body_of(other)
    assert other["Cache-Control"] == "private, no-cache"
    assert status_of(as_outsider, row["thumbnail_url"]) == 404


def test_a_thumbnail_that_is_missing_is_made_when_it_is_asked_for(
    dataset: Dataset, import_files: Importer, as_viewer: APIClient
) -> None:
    import_files({"a.png": picture(900, 600)})
    image = dataset.images.get()
    get_store().delete(dataset.bucket, keys.thumbnail(image.digest))
    assert status_of(as_viewer, f"/api/v1/datasets/{dataset.pk}/images/{image.pk}/thumbnail/") == 200


def test_what_is_known_of_an_image(gallery: Dataset, as_viewer: APIClient, as_outsider: APIClient) -> None:
    image = gallery.images.get(name="001.png")
    shown = as_viewer.get(f"/api/v1/datasets/{gallery.pk}/images/{image.pk}/").json()
    assert (shown["part"], shown["labels"], shown["revision"]) == ("train", {"leaf": 1, "rust": 1}, 1)
    assert [shape["label"] for shape in shown["shapes"]] == ["leaf", "rust"]
    blank = gallery.images.get(name="000.png")
    shown = as_viewer.get(f"/api/v1/datasets/{gallery.pk}/images/{blank.pk}/").json()
    assert [finding["code"] for finding in shown["findings"]] == ["image.blank"]
    facets = as_viewer.get(f"/api/v1/datasets/{gallery.pk}/facets/").json()
    assert facets == {"parts": {"train": 1, "val": 1, "none": 2}, "findings": {"image.blank": 1}, "imports": []}
    for address in (
        "gallery/",
        "facets/",
        f"images/{image.pk}/",
        f"images/{image.pk}/place/",
        "statistics/",
        "labels/",
    ):
        assert status_of(as_outsider, f"/api/v1/datasets/{gallery.pk}/{address}") == 404


SHAPES = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from(["box", "tag"]), st.integers(1, 30), st.integers(1, 30)),
    max_size=3,
)
QUERY = st.fixed_dictionaries(
    {},
    optional={
        "label": st.lists(st.sampled_from(CLASSES), min_size=1, max_size=2, unique=True),
        "label_all": st.lists(st.sampled_from(CLASSES), min_size=1, max_size=2, unique=True),
        "label_none": st.lists(st.sampled_from(CLASSES), min_size=1, max_size=2, unique=True),
        "kind": st.lists(st.sampled_from(["box", "tag"]), min_size=1, max_size=1),
        "shape_width_min": st.integers(1, 30),
        "shape_height_max": st.integers(1, 30),
        "shape_aspect_min": st.sampled_from([0.5, 1, 2]),
        "objects_min": st.integers(0, 3),
        "annotated": st.sampled_from(["true", "false"]),
    },
)


def fits(shapes: list[tuple[str, str, int, int]], query: dict[str, Any]) -> bool:
    """What the parameters mean, said in Python."""
    labels = {label for label, *_ in shapes}
    if not labels >= set(query.get("label_all", [])) or labels & set(query.get("label_none", [])):
        return False
    if len(shapes) < query.get("objects_min", 0) or (
        "annotated" in query and (query["annotated"] == "true") != bool(shapes)
    ):
        return False
    if not {"label", "kind", "shape_width_min", "shape_height_max", "shape_aspect_min"} & set(query):
        return True
    return any(shape_fits(*shape, query) for shape in shapes)


def shape_fits(label: str, kind: str, width: int, height: int, query: dict[str, Any]) -> bool:
    if label not in query.get("label", [label]) or kind not in query.get("kind", [kind]):
        return False
    measured = {"shape_width_min", "shape_height_max", "shape_aspect_min"} & set(query)
    if kind == "tag":
        return not measured
    return (
        width >= query.get("shape_width_min", 0)
        and height < query.get("shape_height_max", 99)
        and width >= query.get("shape_aspect_min", 0) * height
    )


class FiltersMeanWhatTheySay(HypothesisTestCase):
    """The database's answer is that of the model above, for any data set and any question."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(SHAPES, min_size=1, max_size=5), QUERY)
    def test_any_question(self, images: list[list[tuple[str, str, int, int]]], query: dict[str, Any]) -> None:
        user = User.objects.create_user("olga", password="x", bucket="bucket-olga")
        project = Project.objects.create(name="Beans", created_by=user)
        Membership.objects.create(project=project, user=user, role=Role.EDITOR)
        dataset = Dataset.objects.create(project=project, name="Leaves", bucket="b", created_by=user)
        for number, shapes in enumerate(images):
            rows = [
                box(label, 3, 3, width, height) if kind == "box" else ShapeAnnotation("tag", label, {})
                for label, kind, width, height in shapes
            ]
            add_image(dataset, number, rows)
        dataset_refresh_counts(dataset)
        expected = [f"{number:03}.png" for number, shapes in enumerate(images) if fits(shapes, query)]
        assert found(client_of(user), dataset, **query) == expected


def test_the_plain_list_takes_the_same_filters(dataset: Dataset, import_files: Importer, as_viewer: APIClient) -> None:
    xml = cvat({"a.png": '<box label="leaf" xtl="0" ytl="0" xbr="2" ybr="2"/>'})
    import_files({"a.png": picture(), "b.png": picture(color="blue"), "annotations.xml": xml})
    listed = as_viewer.get(f"/api/v1/datasets/{dataset.pk}/images/?label_none=leaf").json()
    assert [row["name"] for row in listed["results"]] == ["b.png"]
