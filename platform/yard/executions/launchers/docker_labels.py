"""Labels on every layer of a build, so that what a cancelled or killed build leaves can be told from other people's.

The engine's own option labels the finished image only. A LABEL right behind each FROM is inherited by all that follows:
the layers in between and the containers of the steps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from yard.executions.launchers.dockerfile import parse_dockerfile

_PARSE_ERROR = re.compile(r"(parse error (?:on )?line:? )(\d+)", re.IGNORECASE)


def labelled(dockerfile: str, labels: Mapping[str, str]) -> str:
    """The Dockerfile with one more line behind each FROM."""
    label = "LABEL " + " ".join(f"{name}={json.dumps(value)}" for name, value in sorted(labels.items()))
    lines = dockerfile.split("\n")
    for end in reversed(_ends_of_from(dockerfile)):
        lines.insert(end, label)
    return "\n".join(lines)


def as_written(message: str, dockerfile: str) -> str:
    """The engine's message with the line of a parse error counted as in the Dockerfile that was given."""
    ends = _ends_of_from(dockerfile)

    def counted(match: re.Match[str]) -> str:
        line = int(match[2])
        # The n-th added line comes behind n FROMs, n - 1 added lines and the lines up to that FROM.
        added = sum(1 for number, end in enumerate(ends, 1) if line >= end + number)
        return f"{match[1]}{line - added}"

    return _PARSE_ERROR.sub(counted, message)


def _ends_of_from(dockerfile: str) -> list[int]:
    """The last line of each FROM, from 1."""
    return [each.line + each.raw.count("\n") for each in parse_dockerfile(dockerfile) if each.name == "FROM"]
