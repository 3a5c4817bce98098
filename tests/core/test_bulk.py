"""Many rows at once are the rows that models would have made, in their order."""

from __future__ import annotations

import pytest
from django.db import connection

from yard.accounts.models import Project, User
from yard.core.bulk import rows_insert, rows_update, tables_analyze
from yard.datasets.models import Dataset, Image, Label, Shape

FIELDS = ("image_id", "label_id", "kind", "geometry", "attributes", "z_order", "occluded", "source", "group", "left")
POINTS = {"points": [[0.1, 2.5e-7], [1e15, -3.0]]}
ODD = {"ä\\\t\n\"'%s": "\u2028 {x}", "": "\\N"}


@pytest.fixture
def image(db: None) -> Image:
    user = User.objects.create(username="u", bucket="u")
    project = Project.objects.create(name="p", created_by=user)
    dataset = Dataset.objects.create(project=project, name="d", bucket="u")
    return Image.objects.create(dataset=dataset, name="a.png", digest="", size=1, width=4, height=3, media_type="")


def test_rows_arrive_with_every_kind_of_value(image: Image) -> None:
    label = Label.objects.create(dataset=image.dataset, name="leaf")
    same = (image.pk, label.pk)
    rows_insert(
        Shape,
        (*FIELDS, "top", "width", "height", "area"),
        iter(
            [
                (*same, "polygon", POINTS, ODD, -3, True, "manual", 2, 0.1, None, 1.5, 2, 3),
                (*same, "tag", {}, {}, 0, False, "", 0, None, None, None, None, None),
            ]
        ),
    )
    polygon, tag = Shape.objects.order_by("pk")
    assert (polygon.kind, polygon.geometry, polygon.attributes) == ("polygon", POINTS, ODD)
    assert (polygon.z_order, polygon.occluded, polygon.source, polygon.group) == (-3, True, "manual", 2)
    assert (polygon.left, polygon.top, polygon.width) == (0.1, None, 1.5)
    assert (tag.kind, tag.geometry, tag.attributes, tag.left, tag.occluded) == ("tag", {}, {}, None, False)
    assert Shape.objects.filter(**{"geometry__points__0__0": 0.1}).get() == polygon


def test_rows_are_changed_by_their_number(image: Image) -> None:
    other = Image.objects.create(
        dataset=image.dataset, name="b.png", digest="", size=1, width=4, height=3, media_type=""
    )
    rows_update(Image, ("shape_count", "labels"), [(2, {"leaf": 2}, image.pk)])
    image.refresh_from_db()
    other.refresh_from_db()
    assert (image.shape_count, image.labels) == (2, {"leaf": 2})
    assert (other.shape_count, other.labels) == (0, {})


def test_none_is_none(db: None) -> None:
    rows_insert(Shape, ("image_id",), [])
    rows_update(Image, ("labels",), [])
    assert not Shape.objects.exists()


def test_rows_that_came_are_known_to_the_planner(image: Image) -> None:
    label = Label.objects.create(dataset=image.dataset, name="leaf")
    rows_insert(Shape, FIELDS, [(image.pk, label.pk, "tag", {}, {}, 0, False, "", 0, None)] * 500)
    tables_analyze(Image, Shape)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Shape._meta.db_table])
            assert cursor.fetchone() == (500,)
