"""A small client of the REST API: signed in as a user, JSON in and out, files sent in chunks."""

from __future__ import annotations

import base64
import http.client
import json
import secrets
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from scripts.problems import Problem

_CHUNK = 1 << 20
_PREFIX = "/api/v1/"


class ApiProblem(Problem):
    """The platform refused a request; the message is the platform's own sentence."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


class Api:
    """Speaks to one platform on this machine; keeps its cookies."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._cookies: dict[str, str] = {}

    def sign_in(self, username: str, password: str) -> dict[str, Any]:
        """Returns the session's user. Raises ``ApiProblem`` (code ``wrong_credentials``)."""
        self.get("auth/session/")
        session: dict[str, Any] = self.post("auth/sign-in/", {"username": username, "password": password})
        return session

    def get(self, path: str, **query: Any) -> Any:
        return self._json("GET", path + ("?" + urlencode(query) if query else ""))

    def post(self, path: str, content: Any = None) -> Any:
        return self._json("POST", path, {} if content is None else content)

    def delete(self, path: str) -> Any:
        return self._json("DELETE", path)

    def text_from(self, path: str, offset: int) -> tuple[bytes, int, bool]:
        """Bytes of a growing text from ``offset`` on, the offset behind them, and whether it is complete."""
        headers, body = self._send("GET", f"{path}?offset={offset}", None, {})
        return body, int(headers.get("X-Log-Offset", offset + len(body))), headers.get("X-Log-Complete") == "true"

    def upload(self, path: str, file: Path, progress: Callable[[int, int], None]) -> None:
        """Send a file in chunks of 1 MiB; ``progress`` hears the bytes sent and the whole size."""
        size = file.stat().st_size
        name = base64.b64encode(file.name.encode()).decode()
        wanted = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": f"filename {name}"}
        headers, _ = self._send("POST", path, b"", wanted)
        place = headers["Location"].partition(_PREFIX)[2]
        with file.open("rb") as source:
            offset = 0
            while offset < size:
                source.seek(offset)
                offset = self._send_chunk(place, source.read(_CHUNK), offset)
                progress(offset, size)

    def send_form(self, path: str, fields: Mapping[str, str], file: tuple[str, str, bytes]) -> Any:
        """Send a small file in a form: ``file`` is its field, name and content."""
        boundary = secrets.token_hex(16)
        parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
        parts.append((f'name="{file[0]}"; filename="{file[1]}"', file[2]))
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
            for head, content in parts
        )
        body += f"--{boundary}--\r\n".encode()
        _, answer = self._send("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return json.loads(answer)

    def stream(self, path: str) -> http.client.HTTPResponse:
        """The open answer of an event stream; the caller reads and closes it."""
        connection = self._connection()
        connection.request("GET", _PREFIX + path, headers=self._session_headers())
        response = connection.getresponse()
        if response.status >= 400:
            raise _refusal("GET", path, response.status, response.read())
        return response

    def _send_chunk(self, place: str, chunk: bytes, offset: int) -> int:
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        answer, _ = self._send("PATCH", place, chunk, headers)
        return int(answer["Upload-Offset"])

    def _json(self, method: str, path: str, content: Any = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        _, answer = self._send(method, path, body, {"Content-Type": "application/json"} if body else {})
        return json.loads(answer) if answer else None

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPMessage, bytes]:
        connection = self._connection()
        try:
            connection.request(method, _PREFIX + path, body=body, headers={**headers, **self._session_headers()})
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Problem(f"The platform does not answer ({method} {path}: {error}).") from error
        finally:
            connection.close()
        self._keep_cookies(response.headers)
        if response.status >= 400:
            raise _refusal(method, path, response.status, answer)
        return response.headers, answer

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, self._port, timeout=120)

    def _session_headers(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        # With secure cookies the name has a prefix.
        token = next((value for name, value in self._cookies.items() if name.endswith("csrftoken")), "")
        return {**headers, "X-CSRFToken": token} if token else headers

    def _keep_cookies(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value


def _refusal(method: str, path: str, status: int, answer: bytes) -> ApiProblem:
    try:
        content = json.loads(answer)
        text, code, extra = content["message"], content["code"], content.get("extra")
    except (ValueError, KeyError, TypeError):
        text, code, extra = answer[:500].decode("utf-8", "replace"), "unknown", None
    more = f" {json.dumps(extra)}" if extra else ""
    return ApiProblem(f"{method} {_PREFIX}{path} was answered with {status}: {text}{more}", code)
