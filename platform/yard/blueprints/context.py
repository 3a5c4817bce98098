"""The build context of a template: what is in it, and one tar of it that is the same for the same content.

The order is the published contract's; later files overwrite earlier ones: the platform's helpers, the template's
``docker`` folder, then what the platform always writes itself. Default configs lie inside, so that a context is
complete and an image is built once; the values of a run arrive when its box starts.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from io import BufferedRandom
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from yard.blueprints.lint.report import Report

CONFIG_FILE = "train_config.json"
EXPORT_CONFIG_FILE = "export_config.json"
ENVIRONMENT_FILE = ".env"
_HELPER_FOLDERS = ("common", "datasets")
_PART_BYTES = 1 << 20


def assemble(template: Path, into: Path, *, defaults: Any, report: Report) -> None:
    """Fill the empty folder ``into`` with the build context of the template in the folder ``template``.

    Args:
        defaults: What the frozen ``train_config.json`` holds.
        report: Gets an error where a file would have to replace a folder, or the reverse.
    """
    for helpers in _HELPER_FOLDERS:
        _overlay(settings.TRAIN_TEMPLATES_DIR / helpers, into, report)
    _overlay(template / "docker", into, report)
    written: dict[str, bytes] = {
        "custom.json": (template / "config" / "custom.json").read_bytes(),
        "presets.json": (template / "config" / "presets.json").read_bytes(),
        "export.py": (settings.TRAIN_TEMPLATES_DIR / "export" / "export.py").read_bytes(),
        CONFIG_FILE: _json(defaults),
        EXPORT_CONFIG_FILE: _json({}),
    }
    for name, content in written.items():
        target = into / name
        if target.is_dir():
            _report_clash(name, report)
        else:
            target.write_bytes(content)
            target.chmod(0o644)
    _add_environment_file(into, report)


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=4, ensure_ascii=False) + "\n").encode()


def _add_environment_file(into: Path, report: Report) -> None:
    """Published Dockerfiles all copy ``.env``, which is easily lost on the way, being hidden."""
    if not (into / ENVIRONMENT_FILE).exists():
        (into / ENVIRONMENT_FILE).touch(mode=0o644)
        if _dockerfile_copies_environment(into):
            text = "The Dockerfile copies .env, but docker/ has none; an empty one was added."
            report.warning("no_env_file", text, file="docker/.env")


def _dockerfile_copies_environment(into: Path) -> bool:
    file = into / "Dockerfile"
    return file.is_file() and ".env" in file.read_text(encoding="utf-8", errors="replace")


def _overlay(source: Path, into: Path, report: Report) -> None:
    for file in files_in(source):
        name = file.relative_to(source)
        target = into / name
        blocked = [parent for parent in target.parents if parent != into and parent.is_file()]
        if target.is_dir() or blocked:
            _report_clash(name.as_posix(), report)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copyfile(file, target)
        target.chmod(_mode(file))


def _report_clash(name: str, report: Report) -> None:
    text = f"docker/{name} is a folder where the build context has a file, or the reverse; give it another name."
    report.error("name_clash", text, file=f"docker/{name}")


def _mode(file: Path) -> int:
    return 0o755 if file.stat().st_mode & 0o100 else 0o644


def files_in(folder: Path) -> Iterator[Path]:
    """Ordinary files below the folder in a fixed order; what Python leaves behind is no part of a template."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path


def content_digest(folder: Path, names: tuple[str, ...]) -> str:
    """SHA-256 over names, paths, executable bits and contents of everything in the folder."""
    whole = hashlib.sha256("\0".join(names).encode())
    for file in files_in(folder):
        with file.open("rb") as content:
            inner = hashlib.file_digest(content, "sha256").hexdigest()
        whole.update(f"\0{file.relative_to(folder).as_posix()}\0{_mode(file):o}\0{inner}".encode())
    return whole.hexdigest()


def pack(folder: Path, target: BufferedRandom) -> str:
    """Write the folder as a tar that depends on names, modes and contents only; returns the tar's SHA-256."""
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in files_in(folder):
            info = tarfile.TarInfo(file.relative_to(folder).as_posix())
            info.size, info.mode, info.mtime = file.stat().st_size, _mode(file), 0
            with file.open("rb") as content:
                archive.addfile(info, content)
    target.seek(0)
    digest = hashlib.file_digest(target, "sha256").hexdigest()
    target.seek(0)
    return digest


def unpack(source: IO[bytes], folder: Path) -> None:
    """Fill the folder from a tar made by ``pack``; ``source`` is read once, in order.

    Written out by hand, since Python 3.11.2 (Debian 12's) has no extraction filters yet: only ordinary files are made,
    and only below the folder. Raises ``ValueError`` for a tar that ``pack`` did not make.
    """
    root = folder.resolve()
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            target = (root / member.name).resolve()
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or not target.is_relative_to(root):
                raise ValueError(f"{member.name!r} has no place in a build context")
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
            target.chmod(member.mode)
