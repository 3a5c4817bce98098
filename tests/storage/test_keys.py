"""Where things lie, and which names can be stored."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.core.errors import InvalidInput
from yard.storage import keys

DIGEST = "ab" + "0" * 62


def test_readable_keys_are_those_of_the_contract() -> None:
    assert keys.dataset_file(7, "1.jpg") == "datasets/7/1.jpg"
    assert keys.dataset_annotations(7) == "datasets/7/annotations/annotations.xml"
    assert keys.model_file(3, "model.onnx") == "models/3/model.onnx"


def test_the_platforms_own_keys() -> None:
    assert keys.blob(DIGEST) == f"blobs/ab/{DIGEST}"
    assert keys.manifest(DIGEST) == f"manifests/ab/{DIGEST}.jsonl.gz"
    assert keys.template_context(DIGEST) == f"templates/{DIGEST}/context.tar"
    assert keys.template_zip(DIGEST) == f"templates/{DIGEST}/template.zip"
    assert keys.attempt_log(5) == "logs/attempts/5.log"
    assert keys.thumbnail(DIGEST) == f"thumbnails/ab/{DIGEST}"
    assert keys.staging() != keys.staging()


@given(st.lists(st.integers(0, 1 << 60), min_size=2, max_size=5))
def test_chunks_sort_by_offset(offsets: list[int]) -> None:
    upload = uuid.uuid4()
    named = [keys.upload_chunk(upload, offset) for offset in offsets]
    assert sorted(named) == [keys.upload_chunk(upload, offset) for offset in sorted(offsets)]


@given(st.text(max_size=300))
def test_a_name_is_kept_as_it_is_or_refused(name: str) -> None:
    try:
        key = keys.dataset_file(1, name)
    except InvalidInput:
        return
    assert key == f"datasets/1/{name}"
    assert ".." not in key.split("/")
    assert len(key.encode()) <= 1024


@pytest.mark.parametrize(
    "name", ["", "..", "a/../b", "/a", "a/", "a//b", ".", "a\x00", "a\x7f", "a\r\n", "a\\b", "é" * 128, "\udcff"]
)
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        keys.model_file(1, name)


@pytest.mark.parametrize("digest", ["", "abc", "AB" + "0" * 62, "../" + "0" * 61, DIGEST + "\n"])
def test_a_digest_is_one(digest: str) -> None:
    with pytest.raises(InvalidInput):
        keys.blob(digest)


def test_an_upload_id_is_one() -> None:
    with pytest.raises(ValueError, match="badly formed"):
        keys.upload_chunk("../../x", 0)
