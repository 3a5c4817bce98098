"""The engine's HTTP API where the SDK's own calls are too narrow, and its errors in our words."""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import docker
import requests
import urllib3

from yard.executions.launchers import http_chunks
from yard.executions.launchers.base import LauncherUnavailable
from yard.executions.launchers.pump import Pump

CONNECT_SECONDS = 10.0
SLOW_SECONDS = 600.0
"""The engine walks through all files of a box to tell its size."""
DEFAULT_ADDRESS = "unix:///var/run/docker.sock"
NO_ENGINE = "The container engine at {address} does not answer: {reason}. Is it running, and may this process use it?"


def connect(base_url: str | None, timeout: float) -> docker.DockerClient:
    """A client for the engine at ``base_url`` (None: ``DOCKER_HOST`` or the usual socket).

    Raises:
        LauncherUnavailable: Nothing answers there.
    """
    address = base_url or os.environ.get("DOCKER_HOST") or DEFAULT_ADDRESS
    try:
        _knock(address)
        if base_url:
            return docker.DockerClient(base_url=base_url, timeout=int(timeout), version="auto")
        return docker.from_env(timeout=int(timeout), version="auto")
    except (docker.errors.DockerException, OSError) as error:
        raise LauncherUnavailable(NO_ENGINE.format(address=address, reason=_reason(error))) from error


def _knock(address: str) -> None:
    """See whether a socket file has somebody behind it; the SDK leaves its own socket open when there is nobody."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(CONNECT_SECONDS)
            wire.connect("/" + address.removeprefix("unix://").lstrip("/"))


@contextlib.contextmanager
def engine_errors() -> Iterator[None]:
    """Turn a connection that broke or timed out into ``LauncherUnavailable``, and the answers of an engine that fails.

    Its other answers (no such container, a conflict) pass.
    """
    try:
        yield
    except docker.errors.APIError as error:
        if status_of(error) >= 500:
            raise LauncherUnavailable(f"The container engine could not do it: {words(error)}.") from error
        raise
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, ConnectionError) as error:
        raise LauncherUnavailable(f"The container engine stopped answering: {_reason(error)}.") from error


def words(error: docker.errors.APIError) -> str:
    """What the engine says in an error, as one line without a trailing full stop."""
    return " ".join(str(error.explanation or error).split()).rstrip(".")


def status_of(error: docker.errors.APIError) -> int:
    """HTTP status of the engine's answer; 0 when there was none."""
    return error.response.status_code if error.response is not None else 0


_ON_ITS_WAY_OUT = (
    *("transport is closing", "context canceled", "shutting down", "containerd.sock", "ttrpc: closed"),
    *("connection refused", "connection reset", "error reading from server: eof"),
)


def is_leaving(error: docker.errors.APIError) -> bool:
    """Whether the engine answers so because it is being stopped or has lost its runtime, not because of us."""
    said = words(error).lower()
    return status_of(error) >= 500 and any(sign in said for sign in _ON_ITS_WAY_OUT)


# What containerd's tasks, containerd's shims and runc say of an id that they know already.
_HALF_STARTED = re.compile(r"task \S+ already exists|\bid already (in use|exists)|given id already exists")


def is_half_started(error: docker.errors.APIError) -> bool:
    """Whether the engine was killed while it started this container, so that its runtime has it and it has not."""
    return status_of(error) >= 500 and _HALF_STARTED.search(words(error).lower()) is not None


def is_going(error: docker.errors.APIError) -> bool:
    """Whether the container is being removed, or was when the engine was killed."""
    return "dead or marked for removal" in words(error).lower()


def url(api: docker.APIClient, path: str) -> str:
    """Address of an API path, for ``api.get`` and ``api.post`` (the client is a ``requests`` session)."""
    return f"{api.base_url}/v{api.api_version}{path}"


def check(response: requests.Response) -> requests.Response:
    """The response if it is a success, else the engine's words as ``APIError``."""
    if response.status_code >= 400:
        try:
            explanation = response.json().get("message", response.text)
        except ValueError:
            explanation = response.text
        response.close()
        raise docker.errors.APIError(f"{response.status_code}", response=response, explanation=explanation)
    return response


def get_json(api: Any, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """The engine's answer to a GET, None when it has none (the thing is gone). May take long for sizes."""
    response = api.get(url(api, path), params=params or {}, timeout=SLOW_SECONDS)
    return dict(response.json()) if response.status_code == 200 else None


def hang_up(response: requests.Response) -> None:
    """End a streaming response now, also while another thread waits for its next bytes."""
    connection = getattr(response.raw, "connection", None)
    wire = getattr(connection, "sock", None)
    if wire is not None:
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)


def parse_time(text: str | None) -> datetime | None:
    """An engine's time (RFC 3339, nanoseconds); None for its zero time."""
    if not text or text.startswith("0001-"):
        return None
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text)
    if match is None:
        return None
    whole, fraction, zone = match.groups()
    return datetime.fromisoformat(f"{whole}.{(fraction or '0')[:6]:0<6}{'+00:00' if zone == 'Z' else zone}")


def label_filters(labels: Mapping[str, str]) -> dict[str, Any]:
    """Labels as the engine's list filter takes them."""
    return {"label": [f"{name}={value}" for name, value in labels.items()]}


def _reason(error: BaseException) -> str:
    """The innermost reason of a chain of wrapped connection errors."""
    while error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    return " ".join(str(getattr(error, "reason", "") or error).split()).rstrip(".") or type(error).__name__


class ResponsePump(Pump):
    """A pump on a streaming response; leaving it hangs up, which tells the engine to stop."""

    def __init__(self, response: requests.Response) -> None:
        broken = (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
        super().__init__(http_chunks.blocks(response), lambda: hang_up(response), broken)
        self._response = response

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        self._response.close()

    def check_end(self) -> None:
        """To be called at the end: raises ``LauncherUnavailable`` when the engine went away in the middle."""
        if self.error is not None:
            raise LauncherUnavailable(
                f"The container engine went away in the middle of an answer: {_reason(self.error)}."
            ) from self.error
