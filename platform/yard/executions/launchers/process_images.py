"""What the process launcher keeps of each image: the frozen build context and what its Dockerfile says."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yard.executions.launchers import dockerfile
from yard.executions.launchers.base import ImageFailed, ImageRequest
from yard.executions.launchers.environments import Environment
from yard.executions.launchers.measure import remove_tree

SAFE = re.compile(r"[^A-Za-z0-9_.-]+")


class ImageFolders:
    """One folder per image, found by its tag."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, tag: str) -> Path:
        """Where the image with this tag lies or would lie."""
        digest = hashlib.sha256(tag.encode()).hexdigest()[:16]
        return self._root / f"{SAFE.sub('_', tag)[:60]}-{digest}"

    def context(self, tag: str) -> Path:
        """The image's frozen build context."""
        return self.folder(tag) / "context"

    def read(self, tag: str) -> dict[str, Any] | None:
        """What was stored with the image; None when there is none."""
        try:
            return dict(json.loads((self.folder(tag) / "image.json").read_text()))
        except (OSError, ValueError):
            return None

    def store(
        self, request: ImageRequest, instructions: list[dockerfile.Instruction], environment: Environment
    ) -> None:
        """Freeze the context and what is to be known of it; whole or not at all."""
        final = self.folder(request.tag)
        work = final.with_name(f".new-{secrets.token_hex(6)}")
        work.mkdir(mode=0o700)
        try:
            shutil.copytree(request.context, work / "context", symlinks=True)
            about = {
                "tag": request.tag,
                "digest": environment.digest,
                "environment": environment.key,
                **_reading(instructions, work / "context"),
            }
            (work / "image.json").write_text(json.dumps(about))
            with contextlib.suppress(OSError):  # another builder of the same content was faster
                if final.exists():
                    _remove_folder(final)
                work.rename(final)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def remove(self, tag: str) -> None:
        """Remove the image's folder; harmless when it is gone."""
        _remove_folder(self.folder(tag))

    def uses(self, environment: str) -> bool:
        """Whether some image needs the environment with this key."""
        abouts = (folder / "image.json" for folder in self._root.iterdir())
        return any(file.is_file() and json.loads(file.read_text())["environment"] == environment for file in abouts)


def read_dockerfile(context: Path) -> list[dockerfile.Instruction]:
    """The instructions of a context's Dockerfile. Raises ``ImageFailed`` when it cannot be read."""
    try:
        return dockerfile.parse_dockerfile((context / "Dockerfile").read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise ImageFailed("The template has no Dockerfile that can be read.") from error


def log_what_is_left_out(instructions: list[dockerfile.Instruction], log: Callable[[bytes], None]) -> None:
    """A reader of the log must be able to see why something the Dockerfile installs is not there."""
    log(b"This machine runs trainings without a container engine: the Dockerfile is read, not run.\n")
    for each in instructions:
        if each.name == "RUN":
            log(f"  left out: line {each.line}: {' '.join(each.raw.split())[:200]}\n".encode())


def _reading(instructions: list[dockerfile.Instruction], context: Path) -> dict[str, Any]:
    """What the Dockerfile says of an image with this context."""
    entrypoint = dockerfile.entrypoint(instructions)
    layout = dockerfile.context_layout(instructions, context)
    if not entrypoint and "/docker-entrypoint.sh" in layout:
        entrypoint = ["/bin/bash", "/docker-entrypoint.sh"]
    return {
        "workdir": dockerfile.final_workdir(instructions),
        "entrypoint": entrypoint,
        "variables": dockerfile.environment(instructions),
        "layout": {target: str(file.relative_to(context)) for target, file in layout.items()},
        "size_bytes": sum(file.lstat().st_size for file in layout.values()),
    }


def _remove_folder(folder: Path) -> None:
    """Remove a folder such that nobody finds half of it."""
    doomed = folder.with_name(f".old-{secrets.token_hex(6)}")
    with contextlib.suppress(FileNotFoundError):
        folder.rename(doomed)
    remove_tree(doomed)
