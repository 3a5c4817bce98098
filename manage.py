#!/usr/bin/env python3
"""Django's command line, with ``platform/`` on the path and the settings of ``.env``, as the start script has them."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    sys.path.insert(0, str(ROOT / "platform"))
    if os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yard.settings") == "yard.settings":
        _read_env_file()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def _read_env_file() -> None:
    """Else a command would work on another database than the platform; what is set already wins."""
    from dotenv import load_dotenv

    load_dotenv(ROOT / ".env")


if __name__ == "__main__":
    main()
