"""What training code reads of a version: the same for ever, by index, in ranges, as streams."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, TAG, Importer, body_of, cvat, picture
from tests.datasets.test_datasets_api import address
from tests.datasets.test_version_restore import deal, drop, exchange
from yard.accounts.models import User
from yard.core.errors import NotFound
from yard.datasets.models import Dataset, DatasetVersion
from yard.datasets.versions.create import version_create
from yard.datasets.versions.records import annotations_entry, records_open
from yard.datasets.versions.sorting import sorted_pairs
from yard.storage import keys
from yard.storage.filesets import ManifestEntry, fileset_create, fileset_entries
from yard.storage.stores import get_store

IMAGES = {"ä.png": picture(color="red"), "b.png": picture(color="blue"), "Z.png": picture(color="green")}
ORDER = ["Z.png", "b.png", "ä.png"]  # by the bytes of the names
XML = cvat({"ä.png": BOX + TAG, "b.png": TAG, "Z.png": ""})


@pytest.fixture
def version(import_files: Importer, dataset: Dataset, owner: User) -> DatasetVersion:
    import_files({**IMAGES, "annotations.xml": XML})
    split = deal(dataset, "default", train="b Z", val="")
    assert split.members.count() == 2
    return version_create(dataset=dataset, user=owner)


def get(client: APIClient, version: DatasetVersion, rest: str, **query: Any) -> Any:
    return client.get(address(version.dataset, f"versions/{version.number}/{rest}"), query)


def test_the_list_says_what_a_loader_needs(version: DatasetVersion, as_viewer: APIClient) -> None:
    listed = get(as_viewer, version, "data/").json()
    assert (listed["count"], [datum["name"] for datum in listed["results"]]) == (3, ORDER)
    where = f"/api/v1/datasets/{version.dataset_id}/versions/1/data/1/"
    assert listed["results"][1] == {
        "index": 1,
        "name": "b.png",
        "path": "b.png",
        "split": "train",
        "size": len(IMAGES["b.png"]),
        "digest": hashlib.sha256(IMAGES["b.png"]).hexdigest(),
        "width": 8,
        "height": 6,
        "labels": {"rust": 1},
        "url": f"{where}content/",
        "thumbnail_url": f"{where}thumbnail/",
    }
    full = get(as_viewer, version, "data/", annotations="true").json()["results"]
    assert [len(datum["shapes"]) for datum in full] == [0, 1, 2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"split": "train"}, ["Z.png", "b.png"]),
        ({"split": "none"}, ["ä.png"]),
        ({"label": "rust"}, ["b.png", "ä.png"]),
        ({"label": "leaf", "split": "train"}, []),
        ({"search": "Ä"}, ["ä.png"]),
        ({"page": 2, "page_size": 2}, ["ä.png"]),
        ({"label": "rust", "page": 2, "page_size": 1}, ["ä.png"]),
    ],
)
def test_it_is_filtered_and_paged(
    version: DatasetVersion, as_owner: APIClient, query: dict[str, Any], found: list[str]
) -> None:
    assert [datum["name"] for datum in get(as_owner, version, "data/", **query).json()["results"]] == found


@pytest.mark.parametrize("query", [{"split": "dev"}, {"page_size": "x"}, {"label": "a\0b"}])
def test_a_question_that_makes_no_sense_is_refused(
    version: DatasetVersion, as_owner: APIClient, query: dict[str, str]
) -> None:
    assert get(as_owner, version, "data/", **query).status_code == 400


def test_one_datum_has_its_annotations(version: DatasetVersion, as_owner: APIClient) -> None:
    datum = get(as_owner, version, "data/2/").json()
    assert (datum["index"], datum["name"], datum["split"]) == (2, "ä.png", "")
    assert datum["shapes"] == [
        {
            "kind": "box",
            "label": "leaf",
            "geometry": {"x1": 1.0, "y1": 1.0, "x2": 5.0, "y2": 4.0, "rotation": 0.0},
            "attributes": {},
            "z_order": 0,
            "occluded": False,
            "source": "",
            "group": 0,
        },
        {
            "kind": "tag",
            "label": "rust",
            "geometry": {},
            "attributes": {},
            "z_order": 0,
            "occluded": False,
            "source": "",
            "group": 0,
        },
    ]


def test_an_index_out_of_range_is_told(version: DatasetVersion, as_owner: APIClient) -> None:
    for rest in ("data/3/", "data/3/content/", "data/99999999999999999999/thumbnail/"):
        answer = get(as_owner, version, rest)
        assert (answer.status_code, answer.json()["code"]) == (404, "index_out_of_range")
        assert "counted from 0 to 2" in answer.json()["message"]
    with pytest.raises(NotFound):
        records_open(version).get(-1)


def test_content_comes_in_ranges_and_stays_when_the_data_set_changes(
    version: DatasetVersion, as_owner: APIClient
) -> None:
    where = address(version.dataset, "versions/1/data/1/content/")
    exchange(version.dataset, "b.png", picture(color="white"))
    drop(version.dataset, "Z.png")
    whole = as_owner.get(where)
    assert (body_of(whole), whole["Content-Type"]) == (IMAGES["b.png"], "image/png")
    part = as_owner.get(where, HTTP_RANGE="bytes=4-7")
    assert (part.status_code, body_of(part)) == (206, IMAGES["b.png"][4:8])
    assert as_owner.get(where, HTTP_IF_NONE_MATCH=whole["ETag"]).status_code == 304
    assert body_of(get(as_owner, version, "data/0/content/")) == IMAGES["Z.png"]
    assert body_of(get(as_owner, version, "data/0/thumbnail/")).startswith(b"RIFF")
    assert get(as_owner, version, "data/1/").json()["labels"] == {"rust": 1}


def test_labels_are_sorted_and_counted(version: DatasetVersion, as_owner: APIClient) -> None:
    assert get(as_owner, version, "labels/").json() == [
        {"index": 0, "name": "leaf", "shape_count": 1},
        {"index": 1, "name": "rust", "shape_count": 2},
    ]


def test_annotations_manifest_and_records_are_streamed(version: DatasetVersion, as_owner: APIClient) -> None:
    entry = annotations_entry(version.fileset)
    annotations = body_of(get(as_owner, version, "annotations/"))
    assert (hashlib.sha256(annotations).hexdigest(), annotations.count(b"<image ")) == (entry.digest, 3)
    manifest = get(as_owner, version, "manifest/")
    content = body_of(manifest)
    assert hashlib.sha256(content).hexdigest() == version.fileset.digest
    assert manifest["ETag"] == f'"{version.fileset.digest}"'
    assert [json.loads(line)["name"] for line in content.splitlines()] == [
        "Z.png",
        "annotations/annotations.xml",
        *ORDER[1:],
    ]
    records = body_of(get(as_owner, version, "records/"))
    assert [json.loads(line)["name"] for line in records.splitlines()] == ORDER
    rest = as_owner.get(address(version.dataset, "versions/1/records/"), HTTP_RANGE="bytes=100-")
    assert (rest.status_code, body_of(rest)) == (206, records[100:])


def test_it_is_for_members_only(version: DatasetVersion, as_outsider: APIClient, as_viewer: APIClient) -> None:
    rests = ["data/", "data/0/", "data/0/content/", "data/0/thumbnail/", "labels/", "annotations/", "manifest/"]
    for rest in [*rests, "records/", "compare/", "compare/images/"]:
        assert get(as_outsider, version, rest).status_code == 404
    for rest in rests:
        answer = get(as_viewer, version, rest)
        body_of(answer)
        assert answer.status_code == 200


# --- records ----------------------------------------------------------------------------------------------------------


def test_records_are_the_same_iterated_and_by_index_and_made_anew(version: DatasetVersion) -> None:
    records = records_open(version)
    listed = list(records)
    assert [record.name for record in listed] == ORDER
    assert [records.get(index) for index in range(3)] == listed
    assert records.some([0, 2]) == [listed[0], listed[2]]
    key = keys.records_index(version.fileset.digest)
    get_store().delete(version.dataset.bucket, key)
    assert list(records_open(version)) == listed


def test_a_version_of_before_tells_what_its_manifest_did_not(version: DatasetVersion, as_owner: APIClient) -> None:
    """Manifests of before had no classes and digests of annotations; compared with a new one nothing seems changed."""
    old = [
        ManifestEntry(entry.name, entry.size, entry.digest, entry.width, entry.height, split=entry.split)
        for entry in fileset_entries(version.fileset)
    ]
    before = DatasetVersion.objects.get(pk=version.pk)
    before.pk, before.number = None, 2
    before.fileset = fileset_create(bucket=version.dataset.bucket, entries=old)
    before.save()
    assert list(records_open(before)) == list(records_open(version))
    changes = get(as_owner, before, "compare/", **{"with": "1"}).json()["changes"]
    assert set(changes.values()) == {0}


def test_annotations_of_images_that_are_not_there_are_passed_over(
    import_files: Importer, dataset: Dataset, owner: User
) -> None:
    """Such a file is kept as it was uploaded."""
    import_files({"b.png": IMAGES["b.png"], "annotations.xml": cvat({"z.png": TAG, "b.png": BOX, "a.png": TAG})})
    (record,) = records_open(version_create(dataset=dataset, user=owner))
    assert (record.name, record.labels) == ("b.png", {"leaf": 1})


def test_more_than_fits_is_sorted_in_parts() -> None:
    pairs = [(str(number * 7919 % 1000).encode(), str(number).encode()) for number in range(1000)]
    with sorted_pairs(iter(pairs), run_bytes=5000) as found:
        assert list(found) == sorted(pairs)
