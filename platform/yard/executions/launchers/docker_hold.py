"""Boxes wait for a word of the platform before they train.

An engine that is killed amid a start may forget it: what it started is then known to containerd alone and runs on
beside the box that is made in its place, with nobody to end it. So what a box runs first is a script that waits for a
file, and the file is made when the engine has answered, and in the folder of that box alone. Where the answer never
came the box is thrown away, and what is left of it ends by itself, without having trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yard.executions.launchers import docker_client
from yard.executions.launchers.base import RUN_FOLDER

SCRIPT_NAME = "begin"
WORD_NAME = "go"
SHELL = "/bin/sh"
# About two minutes: longer than the engine is waited for. First in short steps, as the word mostly comes at once; not
# every sleep takes fractions.
SCRIPT = f"""\
tries=0
while [ ! -e {RUN_FOLDER}/{WORD_NAME} ]; do
  tries=$((tries + 1))
  if [ "$tries" -le 100 ]; then sleep 0.02 2>/dev/null || sleep 1
  elif [ "$tries" -le 220 ]; then sleep 1
  else echo 'Trainyard: the word to begin never came.' >&2; exit 75
  fi
done
exec "$@"
""".encode()


def held(command: Sequence[str]) -> list[str]:
    """The command that runs this one as soon as the word is there."""
    return [SHELL, f"{RUN_FOLDER}/{SCRIPT_NAME}", *command]


def has_shell(api: Any, box_id: str) -> bool:
    """Whether the box, which need not run, has what the script needs."""
    address = docker_client.url(api, f"/containers/{box_id}/archive")
    response = api.head(address, params={"path": SHELL}, timeout=api.timeout)
    if response.status_code == 404:
        return False
    docker_client.check(response)
    return True
