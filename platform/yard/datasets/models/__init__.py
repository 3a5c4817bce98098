"""Labelled image data: a working state that changes, and versions that never do."""

from yard.datasets.models.contents import Dataset, Image, Label, Shape, ShapeKind
from yard.datasets.models.conversions import Conversion, ConversionState
from yard.datasets.models.doctor import Examination, Finding, Intention, Repair, Severity
from yard.datasets.models.imports import (
    Import,
    ImportState,
    NameConflict,
    OnConflict,
    OnDuplicate,
    Upload,
    UploadChunk,
    UploadKind,
)
from yard.datasets.models.splits import Part, Split, SplitMember, SplitMethod
from yard.datasets.models.versions import DatasetVersion, VersionOrigin
from yard.datasets.models.work import Figure, Pinning, Restore, Work, WorkState

__all__ = [
    "Conversion",
    "ConversionState",
    "Dataset",
    "DatasetVersion",
    "Examination",
    "Figure",
    "Finding",
    "Image",
    "Import",
    "ImportState",
    "Intention",
    "Label",
    "NameConflict",
    "OnConflict",
    "OnDuplicate",
    "Part",
    "Pinning",
    "Repair",
    "Restore",
    "Severity",
    "Shape",
    "ShapeKind",
    "Split",
    "SplitMember",
    "SplitMethod",
    "Upload",
    "UploadChunk",
    "UploadKind",
    "VersionOrigin",
    "Work",
    "WorkState",
]
