"""Where a template lies in an unpacked archive, and whether all its files are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from yard.blueprints.lint.report import Report

NAME_MAX = 100
_LEVELS = ("provider", "category", "architecture")
_PACK_HINT = "package.sh makes the right layout: <folder>/<provider>/<category>/<architecture>/{config,docker}."


@dataclass(frozen=True, slots=True)
class TemplateName:
    """The three names that a template is found by; compared exactly."""

    provider: str
    category: str
    architecture: str

    def __str__(self) -> str:
        return f"{self.provider} / {self.category} / {self.architecture}"


@dataclass(frozen=True, slots=True)
class FoundTemplate:
    """A template in an unpacked archive.

    Attributes:
        root: The archive's top folder, which holds the helper scripts.
        folder: The template's own, with ``config`` and ``docker``.
    """

    name: TemplateName
    root: Path
    folder: Path


def find_template(unpacked: Path, report: Report) -> FoundTemplate | None:
    """The one template of the archive; None after an error was reported."""
    root = _top_folder(unpacked, report)
    if root is None:
        return None
    folder = _template_folder(root, report)
    if folder is None:
        return None
    levels = folder.relative_to(root).parts
    if len(levels) != len(_LEVELS):
        _report_levels(levels, report)
        return None
    names = [level.strip() for level in levels]
    for level, name in zip(_LEVELS, names, strict=True):
        if not name or len(name) > NAME_MAX or not name.isprintable():
            text = f"The name of the {level} must have 1 to {NAME_MAX} characters that can be seen."
            report.error("bad_name", text, file=name)
    return None if report.failed else FoundTemplate(TemplateName(*names), root, folder)


def _top_folder(unpacked: Path, report: Report) -> Path | None:
    entries = sorted(unpacked.iterdir())
    if len(entries) == 1 and entries[0].is_dir():
        return entries[0]
    if not entries:
        report.error("empty_zip", "The ZIP is empty.", hint=_PACK_HINT)
    elif len(entries) == 1:
        text = f"The ZIP holds the single file {entries[0].name} instead of one top folder."
        report.error("no_top_folder", text, hint=_PACK_HINT)
    else:
        names = ", ".join(entry.name for entry in entries[:6])
        text = f"The ZIP must hold exactly one top folder; it holds {len(entries)} entries: {names}."
        report.error("no_top_folder", text, hint=_PACK_HINT)
    return None


def _template_folder(root: Path, report: Report) -> Path | None:
    """The folder that holds the archive's one ``config`` folder."""
    found = list(_config_folders(root))
    if len(found) == 1:
        return found[0].parent
    if not found:
        report.error("no_config_folder", "The ZIP has no folder called config.", hint=_PACK_HINT)
    else:
        shown = ", ".join(folder.relative_to(root.parent).as_posix() for folder in found[:4])
        text = f"The ZIP has {len(found)} config folders ({shown}); upload one template at a time."
        report.error("several_templates", text, hint=_PACK_HINT)
    return None


def _config_folders(folder: Path) -> Iterator[Path]:
    """Folders called config; what lies inside one, or inside docker beside one, is the template's own affair."""
    children = sorted(child for child in folder.iterdir() if child.is_dir())
    if any(child.name == "config" for child in children):
        yield folder / "config"
        children = [child for child in children if child.name not in {"config", "docker"}]
    for child in children:
        yield from _config_folders(child)


def _report_levels(levels: tuple[str, ...], report: Report) -> None:
    shown = " / ".join(levels) or "(none)"
    many, few = len(levels) - len(_LEVELS), len(_LEVELS) - len(levels)
    text = (
        f"The config folder lies {few} level{'s' if few > 1 else ''} too high"
        if few > 0
        else f"The config folder lies {many} level{'s' if many > 1 else ''} too deep"
    )
    text += f": between the top folder and config there must be provider / category / architecture, not {shown}."
    report.error("wrong_levels", text, hint=_PACK_HINT)


def check_tree(base: Path, schema_name: str, shown: str, report: Report) -> None:
    """Report every file that ``validation/<schema_name>`` asks for and that is not below ``base``.

    Args:
        shown: How to call ``base`` in messages; may be empty.
    """
    for tree in json.loads((settings.VALIDATION_DIR / schema_name).read_text(encoding="utf-8")):
        for path, kind in _wanted(tree, ""):
            _check_entry(base, path, kind, shown, report)


def _wanted(node: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Path and type of everything in a tree as ``tree -J`` prints it."""
    for child in node.get("contents", []):
        path = f"{prefix}{child['name']}"
        yield path, child["type"]
        yield from _wanted(child, f"{path}/")


def _check_entry(base: Path, path: str, kind: str, shown: str, report: Report) -> None:
    full, name = base / path, f"{shown}{path}"
    wanted_folder = kind == "directory"
    if wanted_folder and not full.is_dir():
        report.error("missing_folder", f"The folder {name} is missing.", file=name, hint=_PACK_HINT)
    elif not wanted_folder and full.is_dir():
        report.error("not_a_file", f"{name} must be a file; it is a folder.", file=name)
    elif not wanted_folder and not full.is_file():
        hint = _PACK_HINT
        if path == "docker/Dockerfile" and _is_empty(base / "docker"):
            hint = "The docker folder is empty: did package.sh stop early? It does when a file it removes is not there."
        report.error("missing_file", f"The file {name} is missing.", file=name, hint=hint)


def _is_empty(folder: Path) -> bool:
    return not folder.is_dir() or not any(folder.iterdir())
