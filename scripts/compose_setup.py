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
    password = _keep(folder / "database_password", secrets.token_urlsafe(24))
    _keep(folder / "database_url", f"postgresql://trainyard:{password}@db:5432/trainyard")
    _keep(folder / "secret_key", secrets.token_urlsafe(50))
    _keep(folder / "s3_access_key", "trainyard")
    _keep(folder / "s3_secret_key", secrets.token_urlsafe(24))
    if not (root / ".env").exists():
        example = (root / ".env.example").read_text(encoding="utf-8")
        _keep(root / ".env", example + _compose_lines())
    say("✓ secrets/ and .env are there. Next: docker compose up -d --build; docker compose logs prepare")


def _keep(file: Path, content: str) -> str:
    """Write a file that is not there yet; returns its content."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(content, encoding="utf-8")
        # The containers' users differ from ours and read it through a mount of the file alone;
        # on this machine the folder's mode keeps others out.
        file.chmod(0o644)
        say(f"  made {file.name}")
    return file.read_text(encoding="utf-8").strip()


def _compose_lines() -> str:
    group = _DOCKER_SOCKET.stat().st_gid if _DOCKER_SOCKET.exists() else 999
    return f"\n# --- docker compose ---\n# Group that owns the engine's socket on this host.\nDOCKER_GID={group}\n"


if __name__ == "__main__":
    sys.exit(main())
