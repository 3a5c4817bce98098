"""File names without endings that stay apart, for formats that keep labels under the image's name."""

from __future__ import annotations

from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.naming import with_number


class Stems:
    """Gives each image a name whose stem no other has; folders become part of it."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._taken: set[str] = set()

    def of(self, name: str) -> tuple[str, str]:
        """(stem, ending with its dot) for the image of this name."""
        flat = name
        if "/" in name or "\\" in name:
            flat = "_".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))
        at = flat.rfind(".")
        stem, suffix = (flat[:at], flat[at:]) if at > 0 and len(flat) - at <= 6 else (flat, "")
        if not stem.strip("."):
            stem = f"image{stem}"
        wanted, number = stem, 1
        while stem.casefold() in self._taken:
            number += 1
            stem = with_number(wanted, number)
        self._taken.add(stem.casefold())
        if f"{stem}{suffix}" != name:
            self._losses.add("renamed", image=name, message=f"It became {stem}{suffix}.")
        return stem, suffix
