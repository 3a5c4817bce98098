"""The folder that boxes see as ``/run/trainyard``: readable by every user in the box, its parent private."""

from __future__ import annotations

from pathlib import Path

from yard.executions.launchers.base import RUN_FOLDER, LaunchSpec


def write_run_files(run: Path, spec: LaunchSpec) -> None:
    """Make the folder with ``spec.files``, and mount points for mounts that lie within it.

    The folder is mounted read-only, and nobody can make mount points in there later.
    """
    make_open_folder(run)
    for name, content in spec.files.items():
        make_open_folder((run / name).parent)
        (run / name).write_bytes(content)
        (run / name).chmod(0o444)
    for mount in spec.mounts:
        if mount.target.startswith(f"{RUN_FOLDER}/"):
            point = run / mount.target.removeprefix(f"{RUN_FOLDER}/")
            if mount.source.is_dir():
                make_open_folder(point)
            else:
                make_open_folder(point.parent)
                point.touch(mode=0o444)


def make_open_folder(folder: Path) -> None:
    """Make a folder and its missing parents, open to read whatever the umask says."""
    for each in [*reversed(folder.parents), folder]:
        if not each.exists():
            each.mkdir(exist_ok=True)
            each.chmod(0o755)
