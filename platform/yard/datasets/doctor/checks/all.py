"""Every check, in the order in which people see their findings."""

from __future__ import annotations

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.checks.class_names import ClassNames
from yard.datasets.doctor.checks.degenerate import Degenerate
from yard.datasets.doctor.checks.duplicate_images import DuplicateImages, NearImages
from yard.datasets.doctor.checks.odd_sizes import OddSizes
from yard.datasets.doctor.checks.other_size import OtherSize
from yard.datasets.doctor.checks.outside import Outside
from yard.datasets.doctor.checks.rare_classes import RareClasses
from yard.datasets.doctor.checks.rotated import Rotated
from yard.datasets.doctor.checks.same_place import SamePlace
from yard.datasets.doctor.checks.small_objects import SmallObjects
from yard.datasets.doctor.checks.unlabelled import Unlabelled
from yard.datasets.doctor.files import DAMAGED
from yard.datasets.doctor.kinds import Kind

CHECKS: tuple[type[Check], ...] = (
    OtherSize,
    Outside,
    Degenerate,
    SamePlace,
    SmallObjects,
    ClassNames,
    RareClasses,
    Unlabelled,
    DuplicateImages,
    NearImages,
    Rotated,
    OddSizes,
)
# What is wrong with the files themselves is found by reading them; see ``files``.
KINDS: dict[str, Kind] = {kind.code: kind for kind in (DAMAGED, *(kind for check in CHECKS for kind in check.kinds))}


def check_of(code: str) -> type[Check] | None:
    """The check that finds this kind; None for what is found by reading files."""
    return next((check for check in CHECKS if any(kind.code == code for kind in check.kinds)), None)
