"""What an import tells its user in the end.

images               images taken: new ones and those that were there already
added                … of these, new ones
annotated            images that got at least one shape or tag
shapes               shapes and tags taken
matched              images that the annotations speak of
turned               new images that their EXIF data shows rotated or mirrored
duplicates           new files whose content the data set had under another name
replaced             images that were replaced by others of the same name
kept                 files that were left out because the old image of the same name was to stay
several              new images with more frames or pages than the first
unmatched_images     [{"name", "why"}]   images without annotations
unmatched_annotations [{"name", "why"}]  annotations without image
skipped              [{"name", "why"}]   files that were not taken
findings             [Finding]
losses               what was understood and could not be kept; see yard.datasets.annotations.formats.losses
totals               the full lengths of these lists, which are cut at 1000

Names and sentences in it are fit to be shown: without control characters, and cut where they are very long.
"""

from __future__ import annotations

from typing import Any

from yard.core.findings import Finding, Severity
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.texts import SENTENCE_SHOWN_CHARACTERS, shown

LIST_MAX = 1000
LISTS = ("unmatched_images", "unmatched_annotations", "skipped", "findings")
NUMBERS = ("images", "added", "annotated", "shapes", "matched", "turned", "several", "duplicates", "replaced", "kept")


class Report:
    """Gathers what there is to tell; survives the process in the import's row as ``as_dict()``."""

    def __init__(self, data: dict[str, Any] | None = None) -> None:
        data = data or {}
        self.numbers: dict[str, int] = {name: data.get(name, 0) for name in NUMBERS}
        self._lists: dict[str, list[dict[str, Any]]] = {name: list(data.get(name, [])) for name in LISTS}
        self.losses = Losses()
        self.losses.merge(data.get("losses", []))
        self._totals: dict[str, int] = {name: data.get("totals", {}).get(name, 0) for name in LISTS}

    def count(self, name: str, by: int = 1) -> None:
        """Add to one of the numbers."""
        self.numbers[name] += by

    def skip(self, name: str, why: str) -> None:
        """A file was not taken."""
        self._append("skipped", {"name": name, "why": why})

    def has_skipped(self, name: str) -> bool:
        """Whether a file of this name was not taken, as far as the list goes."""
        return any(item["name"] == shown(name) for item in self._lists["skipped"])

    def unmatched_image(self, name: str, why: str) -> None:
        """An image got no annotations."""
        self._append("unmatched_images", {"name": name, "why": why})

    def unmatched_annotation(self, name: str, why: str) -> None:
        """Annotations have no image."""
        self._append("unmatched_annotations", {"name": name, "why": why})

    def find(self, severity: Severity, code: str, message: str, *, file: str = "", hint: str = "") -> None:
        """Note a finding."""
        self.extend([Finding(severity, code, message, file=file, hint=hint)], 1)

    def extend(self, findings: list[Finding], total: int) -> None:
        """Note findings of which ``total`` were made, although not all were kept."""
        room = LIST_MAX - len(self._lists["findings"])
        self._lists["findings"] += [shown_finding(finding) for finding in findings[: max(room, 0)]]
        self._totals["findings"] += total

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able data."""
        return {**self.numbers, **self._lists, "losses": self.losses.as_list(), "totals": self._totals}

    def _append(self, name: str, item: dict[str, Any]) -> None:
        self._totals[name] += 1
        if len(self._lists[name]) < LIST_MAX:
            self._lists[name].append(
                {"name": shown(item["name"]), "why": shown(item["why"], SENTENCE_SHOWN_CHARACTERS)}
            )


def shown_finding(finding: Finding) -> dict[str, Any]:
    """The finding as JSON-able data that is fit to be shown."""
    sentences = {name: shown(getattr(finding, name), SENTENCE_SHOWN_CHARACTERS) for name in ("message", "hint")}
    return {**finding.as_dict(), **sentences, "file": shown(finding.file)}
