"""What the tests of the compose stack do with a running one: signed in over HTTPS, as a browser would be."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.api_client import Api
from scripts.live import Live
from scripts.main_job import MainJob, pack
from tests.runs.tiny_template import tiny_template
from tests.services._compose_stack import ComposeStack

FINAL = {"succeeded", "failed", "stopped", "lost"}
SMALL = {"cpus": 0.5, "memory_bytes": 256 << 20, "shared_memory_bytes": 16 << 20}
LISTS = ("projects", "datasets", "templates", "runs", "models")

Json = dict[str, Any]


class HttpsApi(Api):
    """Checks the certificate; sends Origin as browsers do, which HTTPS needs for changes."""

    def __init__(self, stack: ComposeStack) -> None:
        super().__init__("localhost", stack.https_port)
        self._trust = ssl.create_default_context(cafile=str(stack.folder / "secrets" / "tls.crt"))
        self.origin = f"https://localhost:{stack.https_port}"

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Any request, signed in; the answer whatever its status."""
        connection = self._connection()
        try:
            connection.request(method, path, body=body, headers={**self._session_headers(), **(headers or {})})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    @contextlib.contextmanager
    def open_stream(self, path: str) -> Iterator[http.client.HTTPResponse]:
        """An event stream; closed with the block."""
        with contextlib.closing(self._connection()) as connection:
            connection.request("GET", f"/api/v1/{path}", headers=self._session_headers())
            with connection.getresponse() as response:
                yield response

    def upload_template(self, project: int, archive: bytes) -> Json:
        """The version made of the ZIP."""
        made = self.send_form("templates/upload/", {"project": str(project)}, ("template_zip", "tiny.zip", archive))
        return dict(self.get(f"template-versions/{made['version']['id']}/"))

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPSConnection(self._host, self._port, timeout=120, context=self._trust)

    def _session_headers(self) -> dict[str, str]:
        return {**super()._session_headers(), "Origin": self.origin}


@dataclass
class Site:
    """A running stack, the administrator signed in, and a project with a data set and a small template."""

    stack: ComposeStack
    api: HttpsApi
    job: MainJob
    project: Json
    dataset: Json
    tiny: Json

    def start(self, version: Json, **config: Any) -> Json:
        """A run with the template's values, but for those given."""
        content = {
            "project": self.project["id"],
            "dataset": self.dataset["id"],
            "template_version": version["id"],
            "config": {**version["defaults"], **config},
            "resources": SMALL,
        }
        return dict(self.api.post("runs/", content))

    def run(self, run: Json) -> Json:
        return dict(self.api.get(f"runs/{run['id']}/"))

    def until(self, run: Json, holds: Callable[[Json], Any], within: float = 180) -> Json:
        """The run when ``holds`` says so; the platform answers all the time."""
        end = time.monotonic() + within
        while not holds(now := self.run(run)):
            assert now["state"] not in FINAL, (now["state"], now["reason"], self.log(now))
            assert time.monotonic() < end, (now["state"], now["reason"], self._logs())
            time.sleep(0.3)
        return now

    def end_of(self, run: Json, within: float = 180) -> Json:
        return self.until(run, lambda now: now["state"] in FINAL, within)

    def log(self, run: Json) -> str:
        """The whole log so far."""
        data, complete, offset = b"", False, 0
        while not complete:
            part, offset, complete = self.api.text_from(f"executions/{run['execution']}/log/", offset)
            data += part
            if not part:
                break
        return data.decode()

    def answers(self) -> Json:
        """Every list, and the digest of every file of every model, as downloaded."""
        lists = {name: self.api.get(f"{name}/", page_size=200)["results"] for name in LISTS}
        details = [self.api.get(f"models/{model['id']}/") for model in lists["models"]]
        versions = [self.version(entry["id"]) for detail in details for entry in detail["versions"]]
        return {**lists, "versions": versions, "files": {v["id"]: self.digests(v) for v in versions}}

    def version(self, number: int) -> Json:
        """A model's version with its files."""
        return dict(self.api.get(f"model-versions/{number}/"))

    def digests(self, version: Json) -> dict[str, str]:
        """SHA-256 of each of the version's files, as downloaded."""
        found = {}
        for file in version["files"]:
            path = f"/api/v1/model-versions/{version['id']}/files/{file['id']}/content/"
            status, _, body = self.api.send("GET", path)
            assert status == 200, (path, status, body[:300])
            found[file["name"]] = hashlib.sha256(body).hexdigest()
        return found

    def _logs(self) -> str:
        return self.stack.compose("logs", "--no-color", "--tail", "60", "web", "worker", "supervisor")


def sign_in(stack: ComposeStack, password: str) -> HttpsApi:
    """The administrator, over HTTPS."""
    api = HttpsApi(stack)
    api.sign_in("admin", password)
    return api


def prepare_site(stack: ComposeStack) -> Site:
    """Sign in with the printed password; upload the sample data and a template."""
    api = sign_in(stack, stack.password())
    job = MainJob(api, "admin", Live(), lambda: None)
    project = job.project()
    with tempfile.TemporaryDirectory() as scratch:
        stack.manage("sample_data", "digits", "--out", "/tmp/digits")
        container = f"{stack.folder.name}_web_1"
        stack.call("sh", "-c", f"docker exec {container} tar -C /tmp -cf - digits | tar -C {scratch} -xf -")
        archive = Path(scratch, "digits.zip")
        pack(Path(scratch, "digits"), archive)
        dataset = job.upload(project, archive)
    tiny = api.upload_template(project["id"], tiny_template().getvalue())
    return Site(stack, api, job, project, dataset, tiny)
