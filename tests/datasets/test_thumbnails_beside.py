"""Thumbnails that an import has made while it goes on: all are there in the end, no error and no file is forgotten."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from yard.datasets.imports import beside
from yard.datasets.imports.beside import AHEAD_MAX, ThumbnailsBeside
from yard.storage import keys
from yard.storage.base import StoreFull
from yard.storage.stores import get_store

BUCKET = "anna"


@pytest.fixture(autouse=True)
def bucket() -> None:
    get_store().make_bucket(BUCKET)


def add(thumbnails: ThumbnailsBeside, digest: str) -> None:
    """An image whose file is closed at once."""
    content = BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "PNG")
    with tempfile.TemporaryFile() as file:
        file.write(content.getvalue())
        thumbnails.add(digest, file)


def nothing() -> None:
    """A beat nobody listens to."""


def test_all_are_there_when_it_has_finished() -> None:
    digests = [f"{number:064}" for number in range(3 * AHEAD_MAX)]
    with ThumbnailsBeside(BUCKET, nothing) as thumbnails:
        for digest in digests:
            add(thumbnails, digest)
        thumbnails.finish()
        assert all(get_store().stat(BUCKET, keys.thumbnail(digest)) for digest in digests)


def test_what_goes_wrong_with_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreFull("There is no room.")

    monkeypatch.setattr(beside, "thumbnail_keep", full)
    with ThumbnailsBeside(BUCKET, nothing) as thumbnails:
        add(thumbnails, "a" * 64)
        with pytest.raises(StoreFull):
            thumbnails.finish()


@pytest.mark.parametrize("leave", [lambda _: None, ThumbnailsBeside.finish])
def test_no_file_stays_open(leave: Callable[[ThumbnailsBeside], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when an import ends amid its images, with thumbnails still to be made."""
    monkeypatch.setattr(beside, "thumbnail_keep", lambda *_: None)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with ThumbnailsBeside(BUCKET, nothing) as thumbnails:
        for number in range(AHEAD_MAX):
            add(thumbnails, f"{number:064}")
        leave(thumbnails)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_others_are_told_meanwhile_that_somebody_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    beaten = threading.Event()
    monkeypatch.setattr(beside, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(beside, "thumbnail_keep", lambda *_: beaten.wait(10))
    with ThumbnailsBeside(BUCKET, beaten.set) as thumbnails:
        add(thumbnails, "b" * 64)
        thumbnails.finish()
    assert beaten.is_set()
