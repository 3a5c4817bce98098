from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.datasets.naming import NAME_MAX_BYTES, Named, NameIndex, classes_from_folders, plan_names, with_suffix


def test_names_are_flat_and_plain_where_they_can_be() -> None:
    assert plan_names(["data/images/a.jpg", "b.jpg"]) == {"data/images/a.jpg": "a.jpg", "b.jpg": "b.jpg"}


def test_equal_names_get_their_folders_in_front() -> None:
    assert plan_names(["cat/1.jpg", "dog/1.jpg", "dog/2.jpg"]) == {
        "cat/1.jpg": "cat_1.jpg",
        "dog/1.jpg": "dog_1.jpg",
        "dog/2.jpg": "2.jpg",
    }


def test_as_many_folders_as_it_takes() -> None:
    assert plan_names(["x/cat/1.jpg", "y/cat/1.jpg"]) == {"x/cat/1.jpg": "x_cat_1.jpg", "y/cat/1.jpg": "y_cat_1.jpg"}


def test_names_that_differ_in_case_only_are_equal_on_other_disks() -> None:
    names = plan_names(["IMG.jpg", "img.JPG"])
    assert sorted(names.values()) == ["IMG.jpg", "img-2.JPG"]


paths = st.lists(
    st.lists(st.sampled_from(["a", "b", "A", "c_a", "1.jpg", "x" * 250]), min_size=1, max_size=4).map("/".join),
    unique=True,
    max_size=12,
)


@given(paths)
def test_planned_names_are_flat_unique_and_storable(given_paths: list[str]) -> None:
    names = plan_names(given_paths)
    assert set(names) == set(given_paths)
    folded = [name.casefold() for name in names.values()]
    assert len(set(folded)) == len(folded)
    assert all("/" not in name and len(name.encode()) <= NAME_MAX_BYTES for name in names.values())


def test_a_missing_suffix_is_added_since_training_code_looks_for_one() -> None:
    assert (with_suffix("IMG_1", ".jpg"), with_suffix("a.jpeg", ".jpg")) == ("IMG_1.jpg", "a.jpeg")


@pytest.mark.parametrize(
    ("given_paths", "classes"),
    [
        (["root/cat/1.jpg", "root/dog/1.jpg"], ["cat", "dog"]),
        (["root/cat/1.jpg"], ["cat"]),
        (["cat/1.jpg", "dog/1.jpg"], ["cat", "dog"]),
        (["root/train/cat/1.jpg", "root/val/dog/1.jpg"], ["cat", "dog"]),
        (["images/1.jpg", "images/2.jpg"], None),
        (["root/images/1.jpg"], None),
        (["root/train/1.jpg", "root/val/2.jpg"], None),
        (["1.jpg", "cat/2.jpg"], None),
        (["root/cat/1.jpg", "root/dog/old/1.jpg"], None),
        (["2023/a/x/1.jpg", "2024/b/y/2.jpg"], None),
        ([], None),
    ],
)
def test_classes_are_told_by_folders_only_where_all_files_agree(
    given_paths: list[str], classes: list[str] | None
) -> None:
    found = classes_from_folders(given_paths)
    assert (found and list(found.values())) == classes


CATS = [Named(1, "cat_1.jpg", "set/cat/1.jpg"), Named(2, "dog_1.jpg", "set/dog/1.jpg"), Named(3, "2.jpg", "set/2.jpg")]


@pytest.mark.parametrize(
    ("name", "image", "exact"),
    [
        ("2.jpg", 3, True),
        ("other/2.jpg", 3, True),
        ("./2.jpg", 3, True),
        ("x\\2.jpg", 3, True),
        ("set/cat/1.jpg", 1, False),
        ("cat/1.jpg", 1, False),
        ("elsewhere/dog/1.jpg", 2, False),
        ("cat_1.jpg", 1, True),
    ],
)
def test_images_are_found_by_path_first_then_by_base_name(name: str, image: int, exact: bool) -> None:
    match = NameIndex(CATS).find(name)
    assert match.image is not None
    assert (match.image.id, match.exact) == (image, exact)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("1.jpg", "2 images have this name (set/cat/1.jpg, set/dog/1.jpg); the annotations must name their folders"),
        ("bird/1.jpg", "2 images have this name"),
        ("3.jpg", "no image has this name"),
        ("2.png", "no image has this name, but there is 2.jpg"),
        ("CAT_1.JPG", "no image has this name, but there is cat_1.jpg"),
    ],
)
def test_why_no_image_is_found(name: str, why: str) -> None:
    match = NameIndex(CATS).find(name)
    assert match.image is None
    assert match.why.startswith(why)


def test_images_of_the_same_import_win_over_older_ones() -> None:
    index = NameIndex([Named(1, "a.jpg", "a.jpg"), Named(2, "a-2.jpg", "a.jpg")], newer={2})
    match = index.find("a.jpg")
    assert match.image is not None
    assert (match.image.id, match.exact) == (2, False)
