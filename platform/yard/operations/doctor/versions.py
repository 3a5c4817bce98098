"""Python and the packages we were tested with."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib import metadata

from django.conf import settings

from yard import __version__
from yard.operations.doctor.findings import Finding, ok, warning

PART = "versions"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;]+)\s*$")
_NAMED = 5


def check() -> Iterator[Finding]:
    """Pins are compared only where their list is there (in a clone, not in every image)."""
    yield ok(PART, f"Trainyard {__version__} on Python {platform.python_version()}.")
    file = settings.ROOT / "requirements" / "base.txt"
    if not file.is_file():
        yield ok(PART, "The list of our packages is not here; the image has what it was built with.")
        return
    lines = file.read_text(encoding="utf-8").splitlines()
    pins = [(match[1], match[2]) for line in lines if (match := _PIN.match(line))]
    others = [
        f"{name} {there or 'missing'} instead of {wanted}"
        for name, wanted in pins
        if (there := _installed(name)) != wanted
    ]
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        yield warning(
            PART,
            f"Packages differ from those we were tested with: {', '.join(others[:_NAMED])}{more}.",
            "make setup installs them as they should be.",
        )
    else:
        yield ok(PART, f"All {len(pins)} packages are those we were tested with.")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
