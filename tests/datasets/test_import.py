from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.datasets.conftest import BOX, TAG, Importer, cvat, finding_codes, packed, picture
from yard.core.models import Event
from yard.datasets.annotation_rows import annotations_current
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.models import Dataset, Image, Import, ImportState, Shape, Upload
from yard.storage import keys
from yard.storage.objects import object_get, open_object
from yard.storage.stores import get_store

RED, BLUE, GREEN = picture(color="red"), picture(color="blue"), picture(color="green")


def stored_annotations(dataset: Dataset) -> bytes:
    with open_object(dataset.bucket, annotations_current(dataset).key) as file:
        return file.read()


def names(dataset: Dataset) -> list[str]:
    return list(dataset.images.order_by("name").values_list("name", flat=True))


def test_images_and_annotations_of_one_zip(import_files: Importer, dataset: Dataset) -> None:
    xml = cvat({"a.png": BOX + TAG, "sub/b.png": BOX, "c.png": "", "gone.png": BOX})
    files = {"annotations.xml": xml, "images/a.png": RED, "images/b.png": BLUE, "images/c.png": GREEN, "d.png": GREEN}
    found = import_files({"set.zip": packed(files)})

    assert found.state == ImportState.SUCCEEDED
    assert found.progress == 1
    report = found.report
    assert {key: report[key] for key in ("images", "added", "matched", "annotated", "shapes")} == {
        "images": 4,
        "added": 4,
        "matched": 3,
        "annotated": 2,
        "shapes": 3,
    }
    assert report["unmatched_images"] == [{"name": "d.png", "why": "the annotations do not mention it"}]
    assert report["unmatched_annotations"] == [{"name": "gone.png", "why": "no image has this name"}]
    assert (dataset.image_count, dataset.annotated_count, dataset.shape_count) == (4, 2, 3)
    assert dataset.total_bytes == sum(map(len, (RED, BLUE, GREEN, GREEN)))
    assert dataset.kind_counts == {"box": 2, "tag": 1}
    assert [(label.name, label.shape_count) for label in dataset.labels.all()] == [("leaf", 2), ("rust", 1)]
    assert stored_annotations(dataset) == xml
    with open_object(dataset.bucket, keys.dataset_file(dataset.pk, "a.png")) as file:
        assert file.read() == RED


def test_loose_files_are_as_good_as_a_zip(import_files: Importer, dataset: Dataset) -> None:
    found = import_files({"photos/a.png": RED, "photos/b.png": BLUE, "annotations.xml": cvat({"a.png": BOX})})
    assert found.report["matched"] == 1
    assert names(dataset) == ["a.png", "b.png"]


def test_nothing_of_the_uploads_stays_behind(import_files: Importer, dataset: Dataset) -> None:
    import_files({"a.png": RED})
    assert not Upload.objects.exists()
    assert list(get_store().list(dataset.bucket, keys.UPLOADS)) == []


def test_folders_become_classes_when_there_are_no_annotations(import_files: Importer, dataset: Dataset) -> None:
    found = import_files({"set.zip": packed({"set/cat/1.png": RED, "set/dog/1.png": BLUE, "set/dog/2.png": GREEN})})
    assert found.state == ImportState.SUCCEEDED
    assert names(dataset) == ["2.png", "cat_1.png", "dog_1.png"]
    tags = {
        shape.image.name: (shape.kind, shape.label.name) for shape in Shape.objects.select_related("image", "label")
    }
    assert tags == {"2.png": ("tag", "dog"), "cat_1.png": ("tag", "cat"), "dog_1.png": ("tag", "dog")}
    assert "folders.classes" in finding_codes(found)
    written = list(CvatDocument(io.BytesIO(stored_annotations(dataset))))
    assert [(image.name, image.shapes[0].label) for image in written] == [
        ("2.png", "dog"),
        ("cat_1.png", "cat"),
        ("dog_1.png", "dog"),
    ]
    assert found.report["annotated"] == found.report["shapes"] == 3


def test_folders_are_no_classes_when_annotations_came(import_files: Importer, dataset: Dataset) -> None:
    files = {"set/cat/1.png": RED, "set/dog/2.png": BLUE, "annotations.xml": cvat({"1.png": BOX})}
    import_files({"set.zip": packed(files)})
    assert dataset.kind_counts == {"box": 1}


def test_annotations_of_renamed_images_are_written_anew(import_files: Importer, dataset: Dataset) -> None:
    xml = cvat({"cat/1.png": TAG, "dog/1.png": BOX})
    found = import_files({"set.zip": packed({"cat/1.png": RED, "dog/1.png": BLUE, "annotations.xml": xml})})
    assert found.report["matched"] == 2
    content = stored_annotations(dataset)
    assert content != xml
    written = {image.name: [shape.kind for shape in image.shapes] for image in CvatDocument(io.BytesIO(content))}
    assert written == {"cat_1.png": ["tag"], "dog_1.png": ["box"]}


def test_the_same_files_again_are_recognised(import_files: Importer, dataset: Dataset) -> None:
    files = {"set.zip": packed({"cat/1.png": RED, "dog/1.png": BLUE, "annotations.xml": cvat({"cat/1.png": BOX})})}
    import_files(files)
    before = list(Image.objects.values_list("pk", flat=True))
    found = import_files(files)
    assert (found.report["images"], found.report["added"], found.report["shapes"]) == (2, 0, 1)
    assert list(Image.objects.values_list("pk", flat=True)) == before
    assert dataset.shape_count == 1


def test_other_content_under_a_taken_name_gets_a_number(import_files: Importer, dataset: Dataset) -> None:
    import_files({"a.png": RED, "annotations.xml": cvat({"a.png": BOX})})
    found = import_files({"a.png": BLUE, "annotations.xml": cvat({"a.png": TAG})})
    assert names(dataset) == ["a-2.png", "a.png"]
    assert "image.name_taken" in finding_codes(found)
    kinds = dict(Shape.objects.values_list("image__name", "kind"))
    assert kinds == {"a.png": "box", "a-2.png": "tag"}
    with open_object(dataset.bucket, keys.dataset_file(dataset.pk, "a.png")) as file:
        assert file.read() == RED


def test_annotations_may_come_later_and_replace_older_ones(import_files: Importer, dataset: Dataset) -> None:
    import_files({"a.png": RED, "b.png": BLUE, "annotations.xml": cvat({"a.png": BOX, "b.png": BOX})})
    found = import_files({"annotations.xml": cvat({"a.png": TAG})})
    assert found.state == ImportState.SUCCEEDED
    assert dict(Shape.objects.values_list("image__name", "kind")) == {"a.png": "tag", "b.png": "box"}
    written = {
        image.name: [s.kind for s in image.shapes] for image in CvatDocument(io.BytesIO(stored_annotations(dataset)))
    }
    assert written == {"a.png": ["tag"], "b.png": ["box"]}
    assert found.report["unmatched_images"] == [{"name": "b.png", "why": "the annotations do not mention it"}]


def test_more_images_do_not_disturb_what_is_annotated(import_files: Importer, dataset: Dataset) -> None:
    import_files({"a.png": RED, "annotations.xml": cvat({"a.png": BOX})})
    found = import_files({"b.png": BLUE})
    assert "annotations.none" in finding_codes(found)
    written = {image.name: len(image.shapes) for image in CvatDocument(io.BytesIO(stored_annotations(dataset)))}
    assert written == {"a.png": 1, "b.png": 0}


def test_bad_shapes_do_not_reach_training(import_files: Importer, dataset: Dataset) -> None:
    bad = '<box label="leaf" xtl="nan" ytl="1" xbr="2" ybr="2"/>'
    found = import_files({"a.png": RED, "annotations.xml": cvat({"a.png": BOX + bad})})
    assert found.state == ImportState.SUCCEEDED
    (finding,) = [item for item in found.report["findings"] if item["code"] == "annotations.bad_shape"]
    assert (finding["file"], finding["line"], finding["severity"]) == ("annotations.xml", 4, "error")
    assert b"nan" not in stored_annotations(dataset)


def test_odd_shapes_are_kept_and_named(import_files: Importer, dataset: Dataset) -> None:
    outside = '<polygon label="leaf" points="0,0;99,0;4,4"/>'
    flat = '<box label="leaf" xtl="1" ytl="1" xbr="1" ybr="3"/>'
    found = import_files({"a.png": RED, "annotations.xml": cvat({"a.png": outside + flat})})
    assert dataset.shape_count == 2
    assert {"annotations.outside", "annotations.zero_size"} <= set(finding_codes(found))


def test_another_size_than_annotated_at_is_named(import_files: Importer) -> None:
    found = import_files({"a.png": picture(6, 8), "annotations.xml": cvat({"a.png": BOX})})
    (finding,) = [item for item in found.report["findings"] if item["code"] == "annotations.other_size"]
    assert "6 x 8 pixels, but was annotated at 8 x 6" in finding["message"]
    assert "EXIF" in finding["hint"]


def test_an_image_named_twice_keeps_its_first_annotations(import_files: Importer, dataset: Dataset) -> None:
    xml = cvat({"a.png": BOX}).replace(b"</annotations>", b'<image name="x/a.png"></image></annotations>')
    found = import_files({"a.png": RED, "annotations.xml": xml})
    assert dataset.shape_count == 1
    assert found.report["unmatched_annotations"][0]["why"].startswith("its image was annotated before")
    assert stored_annotations(dataset) != xml


def test_several_annotation_files_are_all_taken(import_files: Importer, dataset: Dataset) -> None:
    files = {"one.xml": cvat({"a.png": BOX}), "two.xml": cvat({"b.png": TAG}), "a.png": RED, "b.png": BLUE}
    import_files({"set.zip": packed(files)})
    assert dict(Shape.objects.values_list("image__name", "kind")) == {"a.png": "box", "b.png": "tag"}
    assert len(list(CvatDocument(io.BytesIO(stored_annotations(dataset))))) == 2


def test_an_image_without_a_suffix_gets_one(import_files: Importer, dataset: Dataset) -> None:
    found = import_files({"IMG_1": RED, "annotations.xml": cvat({"IMG_1": BOX})})
    assert names(dataset) == ["IMG_1.png"]
    assert found.report["matched"] == 1
    assert b'name="IMG_1.png"' in stored_annotations(dataset)


def test_turned_photos_are_counted_and_told(import_files: Importer, dataset: Dataset) -> None:
    from tests.datasets.test_images import turned

    found = import_files({"a.jpg": turned(6, width=8, height=6), "b.png": RED})
    assert "image.turned" in finding_codes(found)
    image = dataset.images.get(name="a.jpg")
    assert (image.width, image.height) == (6, 8)


# What comes, and what the report then says about it.
SKIPPED: dict[str, tuple[str, bytes, str]] = {
    "a page named as a photo": ("evil.png", b"<html><script>", "it is no image of a known format"),
    "a drawing named as a photo": ("evil.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is no image"),
    "half a photo": ("half.jpg", picture(400, 400, format="JPEG")[:-500], "it is cut off or damaged"),
    "a note": ("notes.txt", b"hello", "it holds no labels that are known"),
    "a drawing": ("drawing.svg", b"<svg/>", "files ending in .svg"),
    "another archive": ("more.tar", b"x", "only ZIP archives are opened"),
    "JSON of another kind": ("a.json", b'{"name": "a"}', "it is JSON, but neither COCO nor LabelMe"),
    "broken XML of another name": ("odd.xml", b"<<<", "it is no XML"),
}


@pytest.mark.parametrize(("name", "content", "why"), SKIPPED.values(), ids=SKIPPED)
def test_a_bad_file_costs_only_itself(
    import_files: Importer, dataset: Dataset, name: str, content: bytes, why: str
) -> None:
    found = import_files({"good.png": RED, name: content})
    assert found.state == ImportState.SUCCEEDED
    assert names(dataset) == ["good.png"]
    (skipped,) = found.report["skipped"]
    assert skipped["name"] == name
    assert why in skipped["why"]


def test_a_damaged_file_in_an_archive_costs_only_itself(import_files: Importer, dataset: Dataset) -> None:
    content = bytearray(packed({"good.png": RED, "bad.bmp": picture(50, 50, format="BMP")}))
    content[content.find(b"bad.bmp") + 12] ^= 0xFF
    found = import_files({"set.zip": bytes(content)})
    assert names(dataset) == ["good.png"]
    assert found.report["skipped"][0]["name"] == "bad.bmp"


def test_an_archive_that_cannot_be_opened_costs_only_itself(import_files: Importer, dataset: Dataset) -> None:
    found = import_files({"a.png": RED, "bad.zip": b"PK??", "good.zip": packed({"b.png": BLUE})})
    assert found.state == ImportState.SUCCEEDED
    assert names(dataset) == ["a.png", "b.png"]
    assert found.message.endswith("Not taken: 1 file.")
    (skipped,) = found.report["skipped"]
    assert (skipped["name"], skipped["why"].startswith("bad.zip is no ZIP file")) == ("bad.zip", True)


# What comes, and the one sentence a person then reads; nothing of it is left in the data set.
REFUSED: dict[str, tuple[dict[str, bytes], str]] = {
    "broken annotations": (
        {"set.zip": packed({"annotations.xml": cvat({"a.png": BOX})[:-30]})},
        "annotations.xml is not well-formed XML",
    ),
    "annotations with a DOCTYPE": (
        {"annotations.xml": b"<!DOCTYPE annotations><annotations/>"},
        "annotations.xml has a DOCTYPE",
    ),
    "annotations of another kind": (
        {"annotations.xml": b"<html/>"},
        "annotations.xml has the root element <html>",
    ),
    "no ZIP": ({"set.zip": b"hello"}, "set.zip is no ZIP file"),
    "a ZIP that is cut off": ({"set.zip": packed({"a.png": RED})[:-30]}, "set.zip is no ZIP file"),
    "no image at all": ({"notes.txt": b"hello"}, "None of the files is an image"),
    "an empty ZIP": ({"set.zip": packed({})}, "None of the files is an image"),
    "annotations without images": ({"annotations.xml": cvat({"a.png": BOX})}, "The annotations match no image"),
}


@pytest.mark.parametrize(("files", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(
    import_files: Importer, dataset: Dataset, files: dict[str, bytes], says: str
) -> None:
    found = import_files(files)
    assert found.state == ImportState.FAILED
    assert found.message.startswith(says)
    assert found.finished_at is not None
    errors = [item for item in found.report["findings"] if item["severity"] == "error"]
    assert errors[0]["message"] == found.message
    assert (dataset.image_count, dataset.shape_count) == (0, 0)
    assert list(get_store().list(dataset.bucket, keys.dataset_prefix(dataset.pk))) == []
    assert object_get(dataset.bucket, keys.dataset_annotations(dataset.pk)) is None


def test_an_archive_that_leaves_its_folder_is_read_without_that_file(import_files: Importer, dataset: Dataset) -> None:
    found = import_files({"set.zip": packed({"../../evil.png": RED, "/abs.png": BLUE, "ok.png": GREEN})})
    assert names(dataset) == ["ok.png"]
    assert finding_codes(found).count("archive.left_out") == 2


def test_nothing_matched_is_said_loudly(import_files: Importer) -> None:
    found = import_files({"a.png": RED, "annotations.xml": cvat({"z.png": BOX})})
    assert found.state == ImportState.SUCCEEDED
    assert "annotations.nothing_matched" in finding_codes(found)


def test_events_tell_the_way(import_files: Importer, dataset: Dataset) -> None:
    found = import_files({"a.png": RED})
    events = Event.objects.filter(kind="dataset.import", object_id=found.pk).order_by("id")
    assert events[0].payload["state"] == "queued"
    last = events[len(events) - 1]
    assert last.payload == {
        "dataset": dataset.pk,
        "state": "succeeded",
        "progress": 1.0,
        "message": "1 image (1 new), 0 annotations.",
    }
    assert last.project_id == dataset.project_id
    assert Event.objects.filter(kind="dataset.changed", object_id=dataset.pk).count() == 2


def test_lists_of_the_report_are_cut_but_counted(import_files: Importer) -> None:
    found = import_files({"a.png": RED, "annotations.xml": cvat({f"{index}.png": "" for index in range(1200)})})
    assert len(found.report["unmatched_annotations"]) == 1000
    assert found.report["totals"]["unmatched_annotations"] == 1200


def test_queries_per_image_are_those_of_storing_it(import_files: Importer) -> None:
    def queries(first: int, count: int) -> int:
        images = {f"{index}.png": picture(color=(index, 0, 0)) for index in range(first, first + count)}
        files = {**images, "annotations.xml": cvat(dict.fromkeys(images, BOX))}
        with CaptureQueriesContext(connection) as context:
            found = import_files({"set.zip": packed(files)})
        assert found.report["shapes"] == count
        return len(context)

    few, many = queries(0, 20), queries(20, 60)
    # Whether the key is known, its new row, and the savepoint around it; images and shapes have none of their own.
    # A few more tell how far it is; how many depends on the time that it takes.
    assert many - few <= 40 * 4 + 30


def test_files_lie_readable_in_the_bucket(import_files: Importer, dataset: Dataset, settings: object) -> None:
    import_files({"a.png": RED})
    found = [item.key for item in get_store().list(dataset.bucket, "datasets/")]
    assert found == [f"datasets/{dataset.pk}/a.png", f"datasets/{dataset.pk}/annotations/annotations.xml"]


def test_a_failed_import_can_be_mended_and_started_again(import_files: Importer, dataset: Dataset) -> None:
    from django.test import TestCase

    from tests.datasets.conftest import upload
    from yard.datasets import uploads
    from yard.datasets.imports import services as import_services

    found = import_files({"annotations.xml": b"<oops"})
    assert found.state == ImportState.FAILED
    uploads.upload_delete(upload=found.uploads.get(name="annotations.xml"))
    found.refresh_from_db()
    upload(found, "a.png", RED)
    upload(found, "annotations.xml", cvat({"a.png": BOX}))
    with TestCase.captureOnCommitCallbacks(execute=True):
        import_services.import_start(dataset_import=found)
    found.refresh_from_db()
    assert (found.state, found.report["shapes"]) == (ImportState.SUCCEEDED, 1)
    assert Import.objects.count() == 1


def test_real_files_with_many_dots_keep_their_names(
    import_files: Importer, dataset: Dataset, shared_data: Path
) -> None:
    source = sorted((shared_data / "maize_kernels" / "images").iterdir())[0]
    import_files({source.name: source})
    assert names(dataset) == [source.name]
