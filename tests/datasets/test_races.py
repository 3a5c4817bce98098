"""Two things at once on one data set: an import beside a deletion, a version, another import, an edit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.datasets.conftest import BOX, Importer, cvat, picture, upload
from yard.accounts.models import User
from yard.core.errors import Conflict, NotFound
from yard.datasets import services
from yard.datasets.imports import services as import_services
from yard.datasets.imports.lease import Lease
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, Import, ImportState
from yard.datasets.versions import create
from yard.datasets.versions.create import version_create
from yard.datasets.versions.pinning import pinning_perform, pinning_request
from yard.datasets.working_state import changing


@pytest.fixture
def filled(import_files: Importer, dataset: Dataset) -> Dataset:
    import_files({"a.png": picture(), "annotations.xml": cvat({"a.png": BOX})})
    return dataset


@pytest.fixture
def waiting(filled: Dataset, owner: User) -> Import:
    """An import with a file that nobody has started yet."""
    found = import_services.import_create(dataset=filled, user=owner)
    upload(found, "b.png", picture(color="blue"))
    return found


def test_no_import_starts_on_a_data_set_that_was_deleted(waiting: Import, filled: Dataset, owner: User) -> None:
    services.dataset_delete(dataset=filled, user=owner)
    with pytest.raises(NotFound, match="was deleted"):
        import_services.import_start(dataset_import=waiting)


def test_a_data_set_with_a_queued_import_is_not_deleted(waiting: Import, filled: Dataset, owner: User) -> None:
    import_services.import_start(dataset_import=waiting)
    with pytest.raises(Conflict, match="import"):
        services.dataset_delete(dataset=filled, user=owner)
    assert not import_perform(waiting.pk)
    assert filled.images.count() == 2


def test_an_import_whose_data_set_is_gone_stops_without_a_word(waiting: Import, caplog: Any) -> None:
    import_services.import_start(dataset_import=waiting)
    lease = Lease.take(waiting.pk)
    assert lease is not None
    Import.objects.filter(pk=waiting.pk).delete()
    assert not import_perform(waiting.pk)
    assert "fault of ours" not in caplog.text


def test_an_import_that_pauses_half_way_is_in_no_version(waiting: Import, filled: Dataset, owner: User) -> None:
    import_services.import_start(dataset_import=waiting)
    version_create(dataset=filled, user=owner)  # nothing has been touched yet
    Import.objects.filter(pk=waiting.pk).update(cursor=1)
    with pytest.raises(Conflict, match="import is changing"):
        version_create(dataset=filled, user=owner)
    Import.objects.filter(pk=waiting.pk).update(cursor=0, interruptions=1)
    with pytest.raises(Conflict, match="import is changing"):
        version_create(dataset=filled, user=owner)


def test_an_import_that_begins_and_ends_while_a_version_is_made_is_noticed(
    waiting: Import, filled: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = create.annotations_current

    def meanwhile(dataset: Dataset, **given: Any) -> Any:
        found = real(dataset, **given)
        if waiting.state == ImportState.UPLOADING:
            import_services.import_start(dataset_import=waiting)
            import_perform(waiting.pk)
            waiting.refresh_from_db()
        return found

    monkeypatch.setattr(create, "annotations_current", meanwhile)
    with pytest.raises(Conflict, match="changed at this moment"):
        version_create(dataset=filled, user=owner)
    assert version_create(dataset=filled, user=owner).image_count == 2


def test_two_imports_take_turns(waiting: Import, filled: Dataset, owner: User) -> None:
    other = import_services.import_create(dataset=filled, user=owner)
    upload(other, "c.png", picture(color="lime"))
    import_services.import_start(dataset_import=waiting)
    import_services.import_start(dataset_import=other)
    assert Lease.take(waiting.pk) is not None
    assert Lease.take(other.pk) is None
    Import.objects.filter(pk=waiting.pk).update(state=ImportState.QUEUED, lease_owner="")
    import_perform(waiting.pk)
    import_perform(other.pk)
    assert sorted(filled.images.values_list("name", flat=True)) == ["a.png", "b.png", "c.png"]


def test_an_edit_beside_an_import_is_refused(waiting: Import, filled: Dataset, owner: User) -> None:
    import_services.import_start(dataset_import=waiting)
    with pytest.raises(Conflict, match="import"), changing(filled, user=owner, action="dataset.changed"):
        pytest.fail("the change must not begin")


def test_a_version_of_a_data_set_that_goes_ends_quietly(filled: Dataset, owner: User, caplog: Any) -> None:
    made = pinning_request(dataset=filled, user=owner)
    services.dataset_delete(dataset=filled, user=owner)
    pinning_perform(made.pk)
    assert "fault of ours" not in caplog.text
