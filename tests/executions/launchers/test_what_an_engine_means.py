"""What an engine says after it was killed at a bad moment is not taken for a fault of the user. Words: Docker 20.10."""

from __future__ import annotations

import docker.errors
import pytest
import requests

from yard.executions.launchers.docker_client import is_going, is_half_started, is_leaving


def error(status: int, words: str) -> docker.errors.APIError:
    response = requests.Response()
    response.status_code = status
    return docker.errors.APIError(words, response=response, explanation=words)


@pytest.mark.parametrize(
    ("status", "words", "half_started", "going"),
    [
        (500, "task 20830223c59a5811b174ab025d59a346: already exists", True, False),
        (500, "id already in use", True, False),
        (500, "OCI runtime create failed: container with given ID already exists: unknown", True, False),
        (500, "driver failed programming external connectivity: address already in use", False, False),
        (409, "can not get logs from container which is dead or marked for removal", False, True),
        (500, 'exec: "task": executable file not found in $PATH: unknown', False, False),
        (409, "Conflict. The container name is already in use; it already exists", False, False),
        (404, "No such container: task", False, False),
    ],
)
def test_what_is_left_of_a_killed_engine_is_known(status: int, words: str, half_started: bool, going: bool) -> None:
    said = error(status, words)
    assert (is_half_started(said), is_going(said), is_leaving(said)) == (half_started, going, False)
