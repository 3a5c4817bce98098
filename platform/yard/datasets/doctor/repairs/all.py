"""Every remedy by its code."""

from __future__ import annotations

from yard.datasets.doctor.repairs.base import Remedy
from yard.datasets.doctor.repairs.classes import MergeClasses, RemoveClass
from yard.datasets.doctor.repairs.clip import Clip
from yard.datasets.doctor.repairs.remove_images import RemoveImages
from yard.datasets.doctor.repairs.remove_shapes import RemoveShapes
from yard.datasets.doctor.repairs.rename import RenameClass
from yard.datasets.doctor.repairs.turn_upright import TurnUpright
from yard.datasets.doctor.repairs.untangle import Untangle

_ALL = (
    Clip(),
    RemoveShapes(),
    Untangle(),
    MergeClasses(),
    RemoveClass(),
    RemoveImages(),
    RenameClass(),
    TurnUpright(),
)
REMEDIES: dict[str, Remedy] = {remedy.code: remedy for remedy in _ALL}
