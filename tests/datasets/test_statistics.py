"""What a data set is made of, counted by the database and from a version's files alike."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, cvat, picture
from yard.accounts.models import User
from yard.datasets.models import Dataset
from yard.datasets.statistics.bins import ASPECTS, CELLS, OBJECTS, SIDES, bin_of, cell_of
from yard.datasets.versions.create import version_create

WIDE = '<box label="leaf" xtl="0" ytl="0" xbr="60" ybr="10"/>'
SMALL = '<box label="leaf" xtl="70" ytl="70" xbr="74" ybr="74"/>'
POLYGON = '<polygon label="stem" points="10,10;20,10;20,50"/>'
OUTSIDE = '<box label="stem" xtl="-500" ytl="200" xbr="-490" ybr="203"/>'
TURNED = '<box label="stem" xtl="10" ytl="10" xbr="30" ybr="20" rotation="30"/>'


@pytest.fixture
def measured(dataset: Dataset, import_files: Importer) -> Dataset:
    files = {name: picture(100, 80, color) for name, color in (("a.png", "red"), ("b.png", "blue"), ("c.png", "lime"))}
    shapes = {"a.png": WIDE + SMALL + POLYGON + '<tag label="rust"/>', "b.png": OUTSIDE + TURNED}
    import_files({**files, "annotations.xml": cvat(shapes, ("leaf", "rust", "stem"), (100, 80))})
    return dataset


def statistics(client: APIClient, dataset: Dataset, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/v1/datasets/{dataset.pk}/statistics/{query}")
    assert response.status_code == 200, response.data
    found: dict[str, Any] = response.json()
    return found


def test_everything_is_counted(measured: Dataset, as_viewer: APIClient) -> None:
    found = statistics(as_viewer, measured)
    assert (found["image_count"], found["shape_count"]) == (3, 6)
    assert {(row["label"], row["shapes"], row["images"]) for row in found["classes"]} == {
        ("stem", 3, 2),
        ("leaf", 2, 1),
        ("rust", 1, 1),
    }
    assert found["kinds"] == {"box": 4, "polygon": 1, "tag": 1}
    objects = dict(zip(found["objects_per_image"]["edges"], found["objects_per_image"]["counts"], strict=True))
    assert {edge: number for edge, number in objects.items() if number} == {0: 1, 2: 1, 4: 1}
    assert found["image_sizes"]["counts"] == [[bin_of(SIDES, 100), bin_of(SIDES, 80), 3]]
    assert [bin_of(SIDES, 60), bin_of(SIDES, 10), 1] in found["shape_sizes"]["counts"]
    assert sum(number for *_, number in found["shape_sizes"]["counts"]) == 5
    assert found["shape_aspects"]["counts"][bin_of(ASPECTS, 6)] == 1
    assert [cell_of(0.72), cell_of(0.9), 1] in found["positions"]["counts"]
    assert [0, CELLS - 1, 1] in found["positions"]["counts"], "what lies outside counts at the edge"


def test_one_class_alone(measured: Dataset, as_viewer: APIClient) -> None:
    found = statistics(as_viewer, measured, "?label=leaf")
    assert found["kinds"] == {"box": 2}
    objects = dict(zip(found["objects_per_image"]["edges"], found["objects_per_image"]["counts"], strict=True))
    assert {edge: number for edge, number in objects.items() if number} == {0: 2, 2: 1}
    assert as_viewer.get(f"/api/v1/datasets/{measured.pk}/statistics/?label=nobody").status_code == 404


@pytest.mark.parametrize("label", ["", "leaf", "stem", "rust"])
def test_a_version_says_the_same_and_stays_as_it_was(
    measured: Dataset, as_viewer: APIClient, owner: User, label: str
) -> None:
    query = f"&label={label}" if label else ""
    version = version_create(dataset=measured, user=owner)
    now = statistics(as_viewer, measured, f"?{query[1:]}")
    assert statistics(as_viewer, measured, f"?version={version.number}{query}") == now
    measured.images.filter(name="b.png").delete()
    Dataset.objects.filter(pk=measured.pk).update(revision=99)
    assert statistics(as_viewer, measured)["image_count"] == 2
    assert statistics(as_viewer, measured, f"?version={version.number}{query}") == now
    assert as_viewer.get(f"/api/v1/datasets/{measured.pk}/statistics/?version=77").status_code == 404


def test_a_bar_leads_to_its_images(measured: Dataset, as_viewer: APIClient) -> None:
    """Each cell counted holds shapes that the gallery finds by the cell's edges."""
    found = statistics(as_viewer, measured)
    for across, down, _ in found["shape_sizes"]["counts"]:
        query = f"shape_width_min={SIDES[across]}&shape_width_max={SIDES[across + 1]}"
        query += f"&shape_height_min={SIDES[down]}&shape_height_max={SIDES[down + 1]}"
        assert as_viewer.get(f"/api/v1/datasets/{measured.pk}/gallery/?{query}").json()["count"] > 0


def test_an_empty_data_set_has_statistics(dataset: Dataset, as_viewer: APIClient) -> None:
    found = statistics(as_viewer, dataset)
    assert (found["image_count"], found["classes"], found["positions"]["counts"]) == (0, [], [])


def test_steps() -> None:
    assert [bin_of(OBJECTS, number) for number in (-1, 0, 1, 7, 8, 10**9)] == [0, 0, 1, 6, 7, len(OBJECTS) - 1]
    assert [cell_of(share) for share in (-5, 0, 0.999, 1, 7)] == [0, 0, CELLS - 1, CELLS - 1, CELLS - 1]
