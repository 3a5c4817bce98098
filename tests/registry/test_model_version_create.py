from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from yard.accounts.models import Project, User
from yard.core.errors import InvalidInput
from yard.core.models import Event
from yard.registry import selectors, services
from yard.registry.models import FileRole, Model, ModelFile, ModelVersion
from yard.registry.services import NewFile, model_delete, model_version_delete, versions_sweep
from yard.storage.objects import object_get, object_read

Create = Callable[..., ModelVersion]
MakeFile = Callable[..., NewFile]


def kill(*_: object, **__: object) -> None:
    """As if the process ended here; nothing that only catches errors may tidy up."""
    raise KeyboardInterrupt


def test_it_stores_files_readable_in_the_owners_bucket(create: Create, new_file: MakeFile, owner: User) -> None:
    version = create(new_file(content=b"native"), new_file("model.onnx", b"onnx", FileRole.ONNX))
    file = version.files.get(name="model.pt")
    assert file.key == f"models/{version.pk}/model.pt"
    assert b"".join(object_read(owner.bucket, file.key)) == b"native"
    assert (file.size, file.digest) == (6, hashlib.sha256(b"native").hexdigest())
    assert (file.format, file.check_state) == ("pytorch", "")
    onnx = version.files.get(name="model.onnx")
    assert (onnx.format, onnx.check_state) == ("onnx", "unchecked")


def test_it_numbers_the_versions_of_a_model(create: Create) -> None:
    assert [create().number for _ in range(3)] == [1, 2, 3]
    assert Model.objects.count() == 1


def test_the_same_origin_gives_the_same_version(create: Create) -> None:
    first = create(origin="attempt:1", score=0.5)
    assert create(origin="attempt:1", score=0.9) == first
    assert ModelVersion.objects.get().score == 0.5
    assert Event.objects.filter(kind="model.version").count() == 1


def test_a_stream_can_be_stored(create: Create, owner: User) -> None:
    version = create(NewFile("train.log", io.BytesIO(b"lines\n"), FileRole.LOG))
    file = version.files.get()
    assert (file.size, file.format) == (6, "")


def test_a_folder_is_stored_as_its_files(create: Create, new_file: MakeFile) -> None:
    version = create(new_file("saved/saved_model.pb"), new_file("saved/variables/variables.index"))
    assert set(version.files.values_list("name", flat=True)) == {
        "saved/saved_model.pb",
        "saved/variables/variables.index",
    }


def test_an_event_tells_of_it(create: Create, project: Project) -> None:
    version = create(event_payload={"run": 7})
    event = Event.objects.get(kind="model.version")
    assert (event.object_type, event.object_id, event.project_id) == ("model", version.model_id, project.pk)
    assert event.payload == {"version": version.pk, "number": 1, "name": "Beans", "run": 7}


@pytest.mark.parametrize("where", ["_store_file", "_publish"])
def test_a_kill_leaves_nothing_to_be_seen_and_a_second_try_completes_it(
    where: str, create: Create, new_file: MakeFile, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [new_file(), new_file("model.onnx", b"onnx", FileRole.ONNX)]
    with monkeypatch.context() as patch:
        patch.setattr(services, where, kill)
        with pytest.raises(KeyboardInterrupt):
            create(*files, origin="attempt:1")
    assert not selectors.model_list_for(owner).exists()
    assert not ModelFile.objects.exists()
    assert not Event.objects.exists()
    version = create(*files, origin="attempt:1")
    assert version.number == 1
    assert version.files.count() == 2
    assert ModelVersion.objects.count() == 1


def test_a_kill_between_two_files_is_completed(
    create: Create, new_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [new_file(), new_file("model.onnx", b"onnx", FileRole.ONNX)]
    real = services.object_put

    def put(**arguments: Any) -> Any:
        if arguments["key"].endswith(".onnx"):
            kill()
        return real(**arguments)

    with monkeypatch.context() as patch:
        patch.setattr(services, "object_put", put)
        with pytest.raises(KeyboardInterrupt):
            create(*files, origin="attempt:1")
    assert create(*files, origin="attempt:1").files.count() == 2


def test_the_slower_of_two_who_store_the_same_changes_nothing(
    create: Create, new_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = services._publish

    def meanwhile(*arguments: Any, **facts: Any) -> None:
        monkeypatch.setattr(services, "_publish", real)
        create(new_file(), origin="attempt:1", score=0.1)
        real(*arguments, **facts)

    monkeypatch.setattr(services, "_publish", meanwhile)
    version = create(new_file(), origin="attempt:1", score=0.9)
    assert version.score == 0.1
    assert version.files.count() == 1


@pytest.mark.parametrize("name", ["../x.pt", "/x.pt", "a//b", "a/../b", "", "a\nb", "x" * 256, "a/" * 200 + "b"])
def test_a_bad_name_is_refused_before_anything_is_stored(name: str, create: Create, new_file: MakeFile) -> None:
    with pytest.raises(InvalidInput):
        create(new_file(), NewFile(name, io.BytesIO(b""), FileRole.OTHER))
    assert not Model.objects.exists()


def test_two_files_of_one_name_are_refused(create: Create, new_file: MakeFile) -> None:
    with pytest.raises(InvalidInput, match="two files"):
        create(new_file(), new_file())


def test_a_version_without_files_is_refused(project: Project, owner: User) -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        services.model_version_create(
            project=project, model_name="m", origin=None, user=owner, bucket=owner.bucket, files=[]
        )


def test_deleting_a_version_removes_its_files_and_no_others(create: Create, owner: User) -> None:
    first, second = create(), create()
    key = first.files.get().key
    model_version_delete(version=first, user=owner)
    assert object_get(owner.bucket, key) is None
    assert object_get(owner.bucket, second.files.get().key) is not None
    assert not ModelVersion.objects.filter(pk=first.pk).exists()


def test_a_number_is_not_given_twice_while_later_versions_live(create: Create, owner: User) -> None:
    first, _second = create(), create()
    model_version_delete(version=first, user=owner)
    assert create().number == 3


def test_the_model_goes_with_its_last_version(create: Create, owner: User) -> None:
    model_version_delete(version=create(), user=owner)
    assert not Model.objects.exists()


def test_deleting_a_model_removes_everything(create: Create, owner: User) -> None:
    keys = [create().files.get().key for _ in range(2)]
    model_delete(model=Model.objects.get(), user=owner)
    assert not Model.objects.exists()
    assert not ModelFile.objects.exists()
    assert [object_get(owner.bucket, key) for key in keys] == [None, None]


def test_a_kill_while_deleting_hides_the_model_and_the_sweep_removes_the_rest(
    create: Create, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = create(origin="attempt:1")
    key = version.files.get().key
    with monkeypatch.context() as patch:
        patch.setattr(services, "objects_delete", kill)
        with pytest.raises(KeyboardInterrupt):
            model_version_delete(version=version, user=owner)
    assert not selectors.model_list_for(owner).exists()
    assert versions_sweep() == 0  # it may still be under way
    ModelVersion.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert versions_sweep() == 1
    assert not Model.objects.exists()
    assert object_get(owner.bucket, key) is None


def test_the_sweep_leaves_what_is_whole(create: Create) -> None:
    version = create()
    ModelVersion.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert versions_sweep() == 0
    assert ModelVersion.objects.get() == version
