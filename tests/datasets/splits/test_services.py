"""Making, changing, extending splits of a data set."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from tests.datasets.splits.conftest import Filled, members, names_in, recipe
from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.core.models import AuditEntry
from yard.datasets.models import Dataset, Part, Split, SplitMethod
from yard.datasets.splits import services
from yard.datasets.splits.grouping import Grouping, GroupSource
from yard.datasets.splits.lists import lists_write
from yard.datasets.splits.plan import pictures_of
from yard.datasets.splits.selectors import parts_of

pytestmark = pytest.mark.django_db


def make(dataset: Dataset, user: User, method: str = "random", name: str = "first", **fields: Any) -> Split:
    return services.split_create(dataset=dataset, user=user, name=name, recipe=recipe(method, **fields))


def test_the_first_split_is_the_current_one_and_its_counts_are_kept(filled: Filled, owner: User) -> None:
    dataset = filled(10)
    before = dataset.revision
    split = make(dataset, owner)
    assert split.counts == {"train": 6, "val": 2, "test": 2}
    assert (dataset.split_id, dataset.revision) == (split.pk, before + 1)
    second = make(dataset, owner, name="second", seed=7)
    assert dataset.split_id == split.pk
    services.split_update(split=second, user=owner, current=True)
    dataset.refresh_from_db()
    assert dataset.split_id == second.pk
    assert "dataset.split_created" in AuditEntry.objects.values_list("action", flat=True)


def test_the_annotations_file_is_not_outdated_by_a_split(filled: Filled, owner: User) -> None:
    dataset = filled(4)
    Dataset.objects.filter(pk=dataset.pk).update(annotations_digest="as uploaded")
    make(dataset, owner)
    dataset.refresh_from_db()
    assert dataset.annotations_digest == "as uploaded"


def test_a_rare_class_is_in_every_part_and_so_are_images_without_labels(filled: Filled, owner: User) -> None:
    classes = [{"leaf": 1}] * 80 + [{"leaf": 2, "rust": 1}] * 3 + [{}] * 20
    dataset = filled({f"{place:03}.png": {"labels": found} for place, found in enumerate(classes)})
    split = make(dataset, owner, "stratified", train=90, val=5, test=5)
    rows = dataset.images.filter(parts__split=split).values_list("parts__part", "labels")
    for wanted in ("rust", "leaf"):
        assert {part for part, labels in rows if wanted in labels} == set(Part.values)
    assert {part for part, labels in rows if not labels} == set(Part.values)
    assert sum(split.counts.values()) == 103


def test_a_single_image_goes_to_training_and_an_empty_data_set_is_refused(
    filled: Filled, dataset: Dataset, owner: User
) -> None:
    with pytest.raises(InvalidInput, match="no images"):
        make(dataset, owner)
    filled(1)
    split = make(dataset, owner)
    assert split.counts == {"train": 1}


def test_folders_stay_whole(filled: Filled, owner: User) -> None:
    dataset = filled({f"{n}.png": {"path": f"scene-{n % 7}/{n}.png"} for n in range(40)})
    split = make(dataset, owner, "group", grouping=Grouping(GroupSource.FOLDER))
    parts = members(split)
    for scene in range(7):
        assert len({parts[f"{n}.png"] for n in range(40) if n % 7 == scene}) == 1
    assert set(parts.values()) == set(Part.values)


def test_images_that_look_alike_stay_together_with_any_method(filled: Filled, owner: User) -> None:
    dataset = filled({f"{n:02}.png": {"perceptual_hash": (n // 4) * 0x0F0F0F << 8 | n % 4} for n in range(32)})
    for method in ("random", "stratified"):
        split = make(dataset, owner, method, name=method, grouping=Grouping(near_bits=4))
        parts = members(split)
        assert all(len({parts[f"{n:02}.png"] for n in range(scene * 4, scene * 4 + 4)}) == 1 for scene in range(8))


def test_new_images_are_dealt_out_without_moving_the_others(filled: Filled, owner: User) -> None:
    dataset = filled({f"a{n}.png": {"path": f"s{n % 4}/a{n}.png"} for n in range(20)})
    split = make(dataset, owner, "group", grouping=Grouping(GroupSource.FOLDER))
    before = members(split)
    filled({f"b{n}.png": {"path": f"s{n % 5}/b{n}.png"} for n in range(10)})
    assert services.split_extend(split=split, user=owner) == 10
    after = members(split)
    assert {name: after[name] for name in before} == before
    for n in range(10):
        if n % 5 != 4:
            assert after[f"b{n}.png"] == before[f"a{n % 5}.png"], "a new image joins its group"
    assert after["b4.png"] == after["b9.png"]
    assert services.split_extend(split=split, user=owner) == 0


def test_a_split_by_hand_is_extended_in_its_own_proportions(filled: Filled, owner: User) -> None:
    dataset = filled(8)
    split = services.split_create_from(dataset=dataset, user=owner, name="mine", method=SplitMethod.MANUAL)
    with pytest.raises(InvalidInput, match="no proportions"):
        services.split_extend(split=split, user=owner)
    ids = list(dataset.images.order_by("name").values_list("pk", flat=True))
    services.split_assign(split=split, user=owner, image_ids=ids[:3], part=Part.TRAIN)
    services.split_assign(split=split, user=owner, image_ids=ids[3:4], part=Part.TEST)
    dataset.refresh_from_db()
    split.dataset.refresh_from_db()
    assert services.split_extend(split=split, user=owner) == 4
    assert split.counts == {"train": 6, "test": 2}


def test_images_are_moved_and_taken_out_by_hand(filled: Filled, owner: User) -> None:
    dataset = filled(5)
    split = make(dataset, owner, train=100)
    ids = list(dataset.images.order_by("name").values_list("pk", flat=True))
    assert services.split_assign(split=split, user=owner, image_ids=ids[:2], part=Part.VAL) == 2
    assert services.split_assign(split=split, user=owner, image_ids=ids[:3], part=Part.VAL) == 1
    assert services.split_assign(split=split, user=owner, image_ids=[ids[4], 10**9], part=None) == 1
    assert split.counts == {"train": 1, "val": 3}
    assert names_in(split, "val") == ["000.png", "001.png", "002.png"]


def test_counts_stay_true_when_images_are_deleted(filled: Filled, owner: User) -> None:
    from yard.datasets.working_state import changing

    dataset = filled(5)
    split = make(dataset, owner, train=100)
    with changing(dataset, user=owner, action="dataset.changed") as locked:
        locked.images.filter(name="000.png").delete()
    split.refresh_from_db()
    assert split.counts == {"train": 4}


def test_lists_go_out_and_in_again(filled: Filled, owner: User) -> None:
    dataset = filled(9)
    split = make(dataset, owner)
    document = lists_write(split.name, pictures_of(dataset), parts_of(split))
    copy = services.split_create_from(
        dataset=dataset, user=owner, name="copy", method=SplitMethod.LISTS, lists=document
    )
    assert members(copy) == members(split)
    services.split_replace(split=copy, user=owner, lists={"train": [0, "001.png"], "test": [8]})
    assert members(copy) == {"000.png": "train", "001.png": "train", "008.png": "test"}
    assert copy.counts == {"train": 2, "test": 1}


def test_a_deleted_split_is_gone_and_no_longer_current(filled: Filled, owner: User) -> None:
    dataset = filled(3)
    split = make(dataset, owner)
    services.split_delete(split=split, user=owner)
    dataset.refresh_from_db()
    assert (dataset.split_id, dataset.splits.count()) == (None, 0)
    with pytest.raises(Conflict, match="deleted this split"):
        services.split_assign(split=split, user=owner, image_ids=[1], part=Part.VAL)


def test_a_name_is_taken_once(filled: Filled, owner: User) -> None:
    dataset = filled(3)
    first, second = make(dataset, owner), make(dataset, owner, name="second")
    with pytest.raises(InvalidInput, match="called first already"):
        make(dataset, owner)
    with pytest.raises(InvalidInput, match="called first already"):
        services.split_update(split=second, user=owner, name="first")
    with pytest.raises(InvalidInput, match="control characters"):
        services.split_update(split=first, user=owner, name="a\x07b")


def test_who_changes_what_somebody_else_just_changed_is_told(filled: Filled, owner: User, viewer: User) -> None:
    dataset = filled(6)
    split = make(dataset, owner, train=100)
    seen = split.revision
    ids = list(dataset.images.values_list("pk", flat=True))
    services.split_assign(split=split, user=owner, image_ids=ids[:1], part=Part.VAL, revision=seen)
    late = [
        lambda: services.split_assign(split=split, user=viewer, image_ids=ids, part=Part.TEST, revision=seen),
        lambda: services.split_update(split=split, user=viewer, name="x", revision=seen),
        lambda: services.split_replace(split=split, user=viewer, lists={"train": [0]}, revision=seen),
    ]
    for change in late:
        split.dataset.refresh_from_db()
        with pytest.raises(Conflict, match="changed this split meanwhile"):
            change()
    split.refresh_from_db()
    assert split.counts == {"train": 5, "val": 1}


def test_a_plan_made_of_what_has_changed_since_is_not_saved(filled: Filled, owner: User) -> None:
    dataset = filled(6)
    Dataset.objects.filter(pk=dataset.pk).update(revision=dataset.revision + 1)
    with pytest.raises(Conflict, match="changed at this moment"):
        make(dataset, owner)
    assert dataset.splits.count() == 0


def test_nothing_is_saved_by_looking_ahead(filled: Filled) -> None:
    dataset = filled({f"{n}.png": {"labels": {"leaf": 1} if n else {"rust": 1}} for n in range(10)})
    plan = services.split_preview(dataset=dataset, recipe=recipe("stratified"))
    assert dataset.splits.count() == 0
    assert plan.counts == dict(Counter(plan.parts.values()))
    assert plan.classes["rust"] == {"train": 1}
    assert "val has no image of rust." in plan.groups.notes
    one_folder = filled({"x.png": {"path": "all/x.png"}, "y.png": {"path": "all/y.png"}})
    one_folder.images.update(path="all/z.png")
    plan = services.split_preview(dataset=one_folder, recipe=recipe("group", grouping=Grouping(GroupSource.FOLDER)))
    assert any("All images are in one group" in note for note in plan.groups.notes)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_told_and_nothing_is_torn(filled: Filled, owner: User) -> None:
    """Two people move all images at the same moment, both having seen the same state: one wins, one is told."""
    dataset = filled(40)
    split = make(dataset, owner, train=100)
    ids = list(dataset.images.values_list("pk", flat=True))
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def move(part: Part) -> None:
        mine = Split.objects.select_related("dataset").get(pk=split.pk)
        barrier.wait()
        try:
            services.split_assign(split=mine, user=owner, image_ids=ids, part=part, revision=split.revision)
            outcomes.append(part)
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=(part,)) for part in (Part.VAL, Part.TEST)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("told") == 1
    winner = next(outcome for outcome in outcomes if outcome != "told")
    split.refresh_from_db()
    assert split.counts == {winner: 40}
