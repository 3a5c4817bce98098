"""An export as bytes: one file, or a ZIP that is packed while it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from yard.datasets.annotations.formats.base import Export, Format, Written
from yard.datasets.annotations.formats.losses import Effect
from yard.datasets.annotations.formats.registry import REPORT_NAME
from yard.storage.base import Parts
from yard.storage.zips import ZipEntry

_HEADINGS = {
    Effect.DROPPED: "Left out",
    Effect.NOT_HELD: "Cannot be held by this format",
    Effect.CLIPPED: "Cut",
    Effect.APPROXIMATED: "Changed into what the format can hold",
    Effect.RENAMED: "Renamed",
}


class WrittenParts(Parts):
    """Parts that are written while they are read."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)

    def __next__(self) -> bytes:
        return next(self._parts)

    def close(self) -> None:
        """There is nothing to let go of: what is open belongs to the writer."""


def zip_entries(
    written: Iterable[Written], export: Export, open_image: Callable[[str], Parts] | None, format_title: str
) -> Iterator[ZipEntry]:
    """The files for a ZIP, one after the other, and in the end a text that tells what was lost.

    Args:
        written: The files of the export.
        export: Whose losses are told.
        open_image: Opens an image by its name; None leaves the images out.
        format_title: For the text.
    """
    for file in written:
        if not file.image:
            in_memory = isinstance(file.parts, tuple)
            yield ZipEntry(file.path, b"".join(file.parts) if in_memory else partial(WrittenParts, file.parts))
        elif open_image is not None:
            yield ZipEntry(file.path, partial(open_image, file.image))
    yield ZipEntry(REPORT_NAME, report_text(export, format_title))


def single_file(found: Format, export: Export) -> WrittenParts:
    """The one file of a format that is one."""
    assert found.write_single is not None
    files = found.write_single(export)

    def parts() -> Iterator[bytes]:
        yield from next(files).parts
        files.close()

    return WrittenParts(parts())


def loss_report(found: Format, export: Export) -> dict[str, Any]:
    """What would be lost: everything is written, and forgotten."""
    for file in found.write(export):
        for _ in file.parts:
            pass
    return {"format": found.key, "image_count": export.image_count, "losses": export.losses.as_list()}


def report_text(export: Export, title: str) -> bytes:
    """The losses as a text for people."""
    lines = [f"{export.name} as {title}: {export.image_count} images.", ""]
    losses = export.losses.as_list()
    if not losses:
        lines.append("Nothing was lost.")
    for effect, heading in _HEADINGS.items():
        of_effect = [loss for loss in losses if loss["effect"] == effect]
        if not of_effect:
            continue
        lines.append(heading)
        for loss in of_effect:
            lines.append(f"  {loss['count']} × {loss['message']}")
            lines += [f"      {example['image']} {example['message']}".rstrip() for example in loss["examples"]]
        lines.append("")
    return ("\n".join(lines) + "\n").encode()
