"""Print ``train_config.json`` as the command line arguments of ``train.py``.

Without options: one line, quoted for a shell, as entrypoints written for the published contract expect it.
With ``--null``: every argument followed by a NUL byte, for callers that read the arguments without a shell.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from typing import Any

from config import load_config

# They steer how the data set is split; train.py never sees them.
RESERVED_KEYS = frozenset({"train-split", "test-split"})
# What argparse knows as a negative number.
NEGATIVE = re.compile(r"-\d+|-\d*\.\d+", re.ASCII)


def config_to_args(config: dict[str, Any]) -> list[str]:
    """Arguments in key order; null, false, "" and [] are left out, true is a bare flag, lists are spread.

    A value that looks like an option (``-x``) is joined to its key (``--key=-x``).
    """
    arguments: list[str] = []
    for key, value in config.items():
        if key not in RESERVED_KEYS:
            arguments += _option(key, value)
    return arguments


def _option(key: str, value: Any) -> list[str]:
    if value is None or value is False or value in ("", []):
        return []
    if value is True:
        return [f"--{key}"]
    if isinstance(value, list):
        return [f"--{key}", *(_text(item) for item in value)]
    text = _text(value)
    if text.startswith("-") and not NEGATIVE.fullmatch(text):
        return [f"--{key}={text}"]  # argparse would take it for an option of its own
    return [f"--{key}", text]


def _text(value: Any) -> str:
    # JSON keeps nested values readable for train.py (type=json.loads); a shell would tear Python's repr apart.
    text = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
    return text.replace("\0", "")  # no argument of a program can hold it


def main() -> None:
    arguments = config_to_args(load_config())
    if "--null" in sys.argv[1:]:
        sys.stdout.write("".join(argument + "\0" for argument in arguments))
    else:
        # A published entrypoint sends this line through eval: quoting keeps values from becoming commands.
        print(" ".join(shlex.quote(argument) for argument in arguments))


if __name__ == "__main__":
    main()
