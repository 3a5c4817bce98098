"""Makes what docker-compose.yml reads: passwords in secrets/, and .env. Leaves alone what is there.

python3 -m scripts.compose_setup
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from scripts.console import fail, say, start_output
from scripts.places import ROOT
from scripts.problems import Problem

_DOCKER_SOCKET = Path("/var/run/docker.sock")


def main() -> int:
    """Returns the process's exit code."""
    start_output()
    try:
        set_up(ROOT)
    except Problem as problem:
        return fail(problem)
    except OSError as error:
        return fail(Problem(f"{error.filename} cannot be written: {error.strerror}."))
    return 0


def set_up(root: Path) -> None:
    """Write the missing files into ``root`` and say which."""
    folder = root / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    _make_password(folder)
    _keep(folder / "secret_key", secrets.token_urlsafe(50))
    _keep(folder / "s3_access_key", "trainyard")
    _keep(folder / "s3_secret_key", secrets.token_urlsafe(24))
    if not (root / ".env").exists():
        example = (root / ".env.example").read_text(encoding="utf-8")
        _keep(root / ".env", example + _compose_lines())
        # The settings are no secret: compose gives them to containers by itself.
        (root / ".env").chmod(0o644)
    say("✓ secrets/ and .env are there. Next: docker compose up -d --build; docker compose logs prepare")


def _make_password(folder: Path) -> None:
    """The database's password, by itself and in the address that the platform takes."""
    files = [folder / "database_password", folder / "database_url"]
    there = [file.name for file in files if file.exists()]
    if len(there) == 1:
        raise Problem(
            f"{folder} has {there[0]}, but database_password and database_url belong together. Bring the other one "
            "back; where there is no database yet, remove this one and run the same command again."
        )
    password = secrets.token_urlsafe(24)
    _keep(files[0], password)
    _keep(files[1], _database_url(password))


def _database_url(password: str) -> str:
    return f"postgresql://trainyard:{password}@db:5432/trainyard"


def _keep(file: Path, content: str) -> None:
    """Write a file that is not there yet. At the first start it becomes its reader's alone (docker/folders.sh)."""
    if file.exists():
        return
    file.touch(mode=0o600)
    file.write_text(content, encoding="utf-8")
    say(f"  made {file.name}")


def _compose_lines() -> str:
    group = _DOCKER_SOCKET.stat().st_gid if _DOCKER_SOCKET.exists() else 999
    return f"\n# --- docker compose ---\n# Group that owns the engine's socket on this host.\nDOCKER_GID={group}\n"


if __name__ == "__main__":
    sys.exit(main())
