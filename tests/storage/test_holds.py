"""While content is held, deleting and overwriting take nothing out of the store."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.storage.conftest import BUCKET, Put
from yard.storage import keys
from yard.storage.base import ObjectStore
from yard.storage.garbage import collect_garbage
from yard.storage.holds import HOLD, content_is_held, hold_content
from yard.storage.models import ContentHold, StoredObject
from yard.storage.objects import object_copy, object_delete, objects_delete

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "models/1/a.bin"


def kept(store: ObjectStore, digest: str) -> bool:
    return store.stat(BUCKET, keys.blob(digest)) is not None


def test_what_is_deleted_is_kept_while_it_is_held(local_store: ObjectStore, put: Put) -> None:
    first, second, third = (put(f"models/1/{name}", name.encode()) for name in "abc")
    with hold_content("somebody"):
        assert content_is_held()
        object_delete(bucket=BUCKET, key=first.key)
        put(second.key, b"another")
        objects_delete(bucket=BUCKET, prefix="models/1/")
    assert not content_is_held()
    assert all(kept(local_store, found.digest) for found in (first, second, third))


def test_copying_over_something_keeps_it_too(local_store: ObjectStore, put: Put) -> None:
    old, new = put(KEY, b"old"), put("models/1/b.bin", b"new")
    with hold_content("somebody"):
        object_copy(bucket=BUCKET, source_key=new.key, target_key=KEY)
    assert kept(local_store, old.digest)


def test_without_a_hold_nothing_is_kept(local_store: ObjectStore, put: Put) -> None:
    found = put(KEY, b"content")
    object_delete(bucket=BUCKET, key=KEY)
    assert not kept(local_store, found.digest)


def test_the_collector_rests_and_takes_the_copies_later(local_store: ObjectStore, put: Put) -> None:
    found = put(KEY, b"content")
    with hold_content("somebody"):
        object_delete(bucket=BUCKET, key=KEY)
        StoredObject.objects.update(pinned_at=timezone.now() - timedelta(days=9))
        assert collect_garbage(grace=timedelta()).blobs == 0
        assert kept(local_store, found.digest)
    assert collect_garbage(grace=timedelta()).blobs == 1
    assert not kept(local_store, found.digest)


@pytest.mark.parametrize("until", [-timedelta(seconds=1), 3 * HOLD])
def test_a_holder_that_was_killed_holds_for_minutes_only(until: timedelta) -> None:
    """Nor for ever when the clock was set back since."""
    ContentHold.objects.create(owner="killed", until=timezone.now() + until)
    assert not content_is_held()
