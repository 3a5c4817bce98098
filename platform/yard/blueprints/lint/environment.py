"""``.env``: the pairs that reach the training as environment variables."""

from __future__ import annotations

import io
import re

from dotenv.parser import parse_stream

from yard.blueprints.lint.report import Report
from yard.executions.launchers.loader_variables import runs_code

FILE = "docker/.env"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
RESERVED = frozenset({"DATASET_ID"})
_MAX_CHARACTERS = 256 << 10


def read_environment(text: str, report: Report) -> dict[str, str]:
    """The pairs of the file; what is no pair is reported and left out."""
    if len(text) > _MAX_CHARACTERS:
        report.error("long_env", ".env is too long to be read.", file=FILE)
        return {}
    pairs: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        at = (binding.original.line, 1)
        key = binding.key
        if binding.error or (key is not None and not _NAME.fullmatch(key)):
            first = binding.original.string.strip().split("\n")[0][:60]
            report.warning("bad_env_line", f"{first!r} is no NAME=value, so it is left out.", file=FILE, at=at)
        elif key in RESERVED:
            report.warning(
                "reserved_env", f"{key} is set by the platform for each run; leave it out.", file=FILE, at=at
            )
        elif key is not None and runs_code(key):
            text = f"{key} is not passed on by the platform: it would make programs outside of train.py run code."
            report.warning("loader_env", text, file=FILE, at=at)
        elif key is not None:
            pairs[key] = (binding.value or "").replace("\0", "")
    return pairs
