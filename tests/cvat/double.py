"""A stand-in for a CVAT 2.80 server on a real port: the REST paths that ``cvat-sdk`` uses, and what lies behind them.

Every answer is checked with the SDK's own generated models before it is sent, and so is every body that comes: the
double cannot drift from the API that the SDK was generated from. How uploads behave (files that are there already are
refused with 409; bundles are appended; data can be attached once) is as CVAT's server does it.
"""

from __future__ import annotations

import base64
import io
import json
import re
import ssl
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cvat_sdk import models
from cvat_sdk.api_client.configuration import Configuration
from cvat_sdk.api_client.model_utils import validate_and_convert_types
from lxml import etree

from yard.cvat import remote

USER, PASSWORD, TOKEN = "annie", "a secret for CVAT", "pat-7c1f9e-token"
WHEN = "2026-03-01T12:00:00Z"
VERSION = "2.80.0"
UPLOAD_ID = r"[0-9a-f-]{36}"


@dataclass
class Task:
    """A task: its uploads are on the server before its frames are."""

    id: int
    name: str
    project_id: int | None
    labels: list[dict[str, Any]]
    segment_size: int
    files: dict[str, bytes] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    annotations: dict[str, str] = field(default_factory=dict)
    """frame name → its shapes as XML"""
    mode: str = "annotation"
    deleted: set[int] = field(default_factory=set)
    """Positions of frames that annotators have deleted: they keep their places, and are in no export."""

    def jobs(self) -> list[tuple[int, int, int]]:
        """(id, first, last) of each job."""
        size = self.segment_size or max(len(self.frames), 1)
        starts = range(0, len(self.frames), size)
        return [
            (self.id * 1000 + number, start, min(start + size, len(self.frames)) - 1)
            for number, start in enumerate(starts)
        ]


@dataclass
class Project:
    id: int
    name: str
    labels: list[dict[str, Any]]


@dataclass
class Work:
    """A background request."""

    id: str
    kind: str
    target: str
    target_id: int
    subresource: str
    finish: Callable[[], None] | None
    polls: int = 0
    state: str = "started"
    message: str = ""


@dataclass
class Faults:
    """How the server misbehaves."""

    errors: int = 0
    """So many of the next requests (of those that match ``errors_at``) are answered with a 500."""
    errors_at: str = ""
    slow_seconds: float = 0.0
    drip_seconds: float = 0.0
    """Between one byte of an answer and the next."""
    never_finishes: bool = False
    export_fails: str = ""
    annotations: str | None = None
    """Exported instead of what there is."""
    exported: bytes | None = None
    """Downloaded instead of the archive."""
    redirect_to: str = ""
    result_host: str = ""
    """Named in the address of the export."""
    before: Callable[[str, str], None] | None = None
    """Called with method and path of each request, in the server's thread."""
    after: Callable[[str, str], None] | None = None
    cut_after_write: str = ""
    """A path at which the server does what was asked and then breaks the connection off without a word."""


class Refusal(Exception):
    def __init__(self, status: int, data: Any) -> None:
        self.status, self.data = status, data


class CvatDouble:
    """What the server knows. Start it with ``serving``."""

    def __init__(self) -> None:
        self.tasks: dict[int, Task] = {}
        self.projects: dict[int, Project] = {}
        self.works: dict[str, Work] = {}
        self.faults = Faults()
        self.users = {USER: PASSWORD}
        self.tokens = {TOKEN}
        self.sessions: set[str] = set()
        self.requests: list[tuple[str, str]] = []
        self.seen_headers: list[dict[str, str]] = []
        self.uploads: dict[str, dict[str, Any]] = {}
        self.port = 0
        self.lock = threading.RLock()
        self._next = iter(range(1, 100_000))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- for tests ----------------------------------------------------------------------------------------------------

    def task_with(self, names: list[str], *, segment_size: int = 0, project_id: int | None = None) -> Task:
        """A task that somebody made in CVAT."""
        task = Task(next(self._next), "made by hand", project_id, [], segment_size)
        task.frames = sorted(names)
        self.tasks[task.id] = task
        return task

    def annotate(self, task_id: int, name: str, shapes: str) -> None:
        """What an annotator leaves on an image: its shapes, in place of all it had."""
        assert name in self.tasks[task_id].frames
        self.tasks[task_id].annotations[name] = shapes

    # --- the API ------------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, str], headers: Any, body: bytes) -> Any:
        for verbs, pattern, call in self._routes():
            found = re.fullmatch(pattern, path)
            if found and method in verbs:
                if call not in {self.about, self.login}:
                    self._check_signed_in(method, headers)
                return call(*found.groups(), method=method, query=query, headers=headers, body=body)
        raise Refusal(404, {"detail": "Not found."})

    def _routes(self) -> list[tuple[str, str, Any]]:
        return [
            ("POST", r"/api/auth/login", self.login),
            ("POST", r"/api/auth/logout", self.logout),
            ("GET", r"/api/server/about", self.about),
            ("GET", r"/api/users/self", self.self_),
            ("GET POST", r"/api/tasks", self.task_list),
            ("GET PATCH", r"/api/tasks/(\d+)", self.task_one),
            ("POST", r"/api/tasks/(\d+)/data/", self.data),
            ("HEAD PATCH", rf"/api/tasks/(\d+)/data/({UPLOAD_ID})", self.chunk),
            ("GET", r"/api/tasks/(\d+)/data/meta", self.meta),
            ("POST", r"/api/tasks/(\d+)/annotations/", self.annotations),
            ("HEAD PATCH", rf"/api/tasks/(\d+)/annotations/({UPLOAD_ID})", self.chunk),
            ("GET POST", r"/api/projects", self.project_list),
            ("GET PATCH", r"/api/projects/(\d+)", self.project_one),
            ("POST", r"/api/(tasks|projects)/(\d+)/dataset/export", self.export),
            ("GET", r"/api/(tasks|projects)/(\d+)/dataset/download", self.download),
            ("GET", r"/api/jobs", self.job_list),
            ("GET", r"/api/labels", self.label_list),
            ("GET", r"/api/requests", self.request_list),
            ("GET", r"/api/requests/(.+)", self.request_one),
        ]

    def _check_signed_in(self, method: str, headers: Any) -> None:
        bearer = headers.get("Authorization", "")
        if bearer:
            if bearer.removeprefix("Bearer ") in self.tokens:
                return
            raise Refusal(401, {"detail": "Invalid token."})
        session = re.search(r"sessionid=([^;]+)", headers.get("Cookie", ""))
        if session is None or session.group(1) not in self.sessions:
            raise Refusal(401, {"detail": "Authentication credentials were not provided."})
        if method not in {"GET", "HEAD"} and headers.get("X-CSRFTOKEN") != "csrf-1":
            raise Refusal(403, {"detail": "CSRF Failed: CSRF token missing."})

    def login(self, *, body: bytes, **_: Any) -> Any:
        given = taken(models.LoginSerializerExRequest, body)
        if self.users.get(given["username"]) != given["password"]:
            raise Refusal(400, {"non_field_errors": ["Unable to log in with provided credentials."]})
        session = uuid.uuid4().hex
        self.sessions.add(session)
        cookies = [f"sessionid={session}; Path=/; HttpOnly; SameSite=Lax", "csrftoken=csrf-1; Path=/; SameSite=Lax"]
        return Reply(200, checked(models.Token, {"key": "unused"}), {"Set-Cookie": cookies})

    def logout(self, *, headers: Any, **_: Any) -> Any:
        session = re.search(r"sessionid=([^;]+)", headers.get("Cookie", ""))
        self.sessions.discard(session.group(1) if session else "")
        return checked(models.RestAuthDetail, {"detail": "Successfully logged out."})

    def about(self, **_: Any) -> Any:
        return checked(
            models.About,
            {"name": "CVAT", "description": "A double", "version": VERSION, "logo_url": "", "subtitle": ""},
        )

    def self_(self, **_: Any) -> Any:
        return checked(
            models.BasicUser,
            {"url": f"{self.address}/api/users/1", "id": 1, "username": USER, "first_name": "A", "last_name": "B"},
        )

    # --- tasks and projects -------------------------------------------------------------------------------------------

    def task_list(self, *, method: str, query: dict[str, str], body: bytes, **_: Any) -> Any:
        if method == "POST":
            given = taken(models.TaskWriteRequest, body)
            labels = given.get("labels", [])
            if given.get("project_id") is not None:
                assert not labels, "tasks of a project have its labels"
                labels = self.projects[given["project_id"]].labels
            task = Task(next(self._next), given["name"], given.get("project_id"), labels, given.get("segment_size", 0))
            self.tasks[task.id] = task
            return Reply(201, self._task(task))
        found = [task for task in self.tasks.values() if query.get("search", "") in task.name]
        if "project_id" in query:
            found = [task for task in found if task.project_id == int(query["project_id"])]
        return paged(models.PaginatedTaskReadList, [self._task(task) for task in found], query)

    def task_one(self, task_id: str, *, method: str, body: bytes, **_: Any) -> Any:
        task = self._get(self.tasks, task_id)
        if method == "PATCH":
            task.name = taken(models.PatchedTaskWriteRequest, body).get("name", task.name)
        return self._task(task)

    def project_list(self, *, method: str, query: dict[str, str], body: bytes, **_: Any) -> Any:
        if method == "POST":
            given = taken(models.ProjectWriteRequest, body)
            project = Project(next(self._next), given["name"], given.get("labels", []))
            self.projects[project.id] = project
            return Reply(201, self._project(project))
        found = [each for each in self.projects.values() if query.get("search", "") in each.name]
        return paged(models.PaginatedProjectReadList, [self._project(each) for each in found], query)

    def project_one(self, project_id: str, *, method: str, body: bytes, **_: Any) -> Any:
        project = self._get(self.projects, project_id)
        if method == "PATCH":
            project.name = taken(models.PatchedProjectWriteRequest, body).get("name", project.name)
        return self._project(project)

    def _get(self, things: dict[int, Any], number: str) -> Any:
        if int(number) not in things:
            raise Refusal(404, {"detail": "Not found."})
        return things[int(number)]

    def _task(self, task: Task) -> Any:
        url = f"{self.address}/api/tasks/{task.id}"
        return checked(
            models.TaskRead,
            {
                "url": url,
                "id": task.id,
                "name": task.name,
                "project_id": task.project_id,
                "mode": task.mode if task.frames else "",
                "owner": None,
                "assignee": None,
                "bug_tracker": "",
                "created_date": WHEN,
                "updated_date": WHEN,
                "overlap": 0,
                "segment_size": task.segment_size,
                "status": "annotation",
                "labels": {"url": f"{self.address}/api/labels?task_id={task.id}"},
                "jobs": {
                    "count": len(task.jobs()),
                    "completed": 0,
                    "validation": 0,
                    "url": f"{self.address}/api/jobs?task_id={task.id}",
                },
                "size": len(task.frames),
                "dimension": "2d",
                "media_type": "image",
                "subset": "",
                "organization": None,
                "organization_id": None,
                "target_storage": None,
                "source_storage": None,
                "guide_id": None,
                "validation_mode": None,
                "consensus_enabled": False,
                "consensus_replicas": 0,
                "data_compressed_chunk_type": "imageset",
                "data_original_chunk_type": "imageset",
                "data_chunk_size": 36,
                "image_quality": 70,
                "data": task.id if task.frames else None,
            },
        )

    def _project(self, project: Project) -> Any:
        tasks = [task for task in self.tasks.values() if task.project_id == project.id]
        return checked(
            models.ProjectRead,
            {
                "url": f"{self.address}/api/projects/{project.id}",
                "id": project.id,
                "name": project.name,
                "owner": None,
                "assignee": None,
                "bug_tracker": "",
                "created_date": WHEN,
                "updated_date": WHEN,
                "status": "annotation",
                "dimension": "2d",
                "organization": None,
                "organization_id": None,
                "guide_id": None,
                "target_storage": None,
                "source_storage": None,
                "task_subsets": [],
                "tasks": {"count": len(tasks), "url": f"{self.address}/api/tasks?project_id={project.id}"},
                "labels": {"url": f"{self.address}/api/labels?project_id={project.id}"},
            },
        )

    def label_list(self, *, query: dict[str, str], **_: Any) -> Any:
        owner = self.tasks[int(query["task_id"])] if "task_id" in query else self.projects[int(query["project_id"])]
        labels = [
            {"id": number, "attributes": [], "type": "any", **label, "sublabels": [], "has_parent": False}
            for number, label in enumerate(owner.labels, 1)
        ]
        return paged(models.PaginatedLabelList, labels, query)

    def job_list(self, *, query: dict[str, str], **_: Any) -> Any:
        task = self._get(self.tasks, query["task_id"])
        jobs = [
            {
                "url": f"{self.address}/api/jobs/{number}",
                "id": number,
                "task_id": task.id,
                "task_name": task.name,
                "project_id": task.project_id,
                "project_name": None,
                "assignee": None,
                "guide_id": None,
                "dimension": "2d",
                "bug_tracker": "",
                "status": "annotation",
                "stage": "annotation",
                "state": "new",
                "mode": "annotation",
                "media_type": "image",
                "frame_count": last - first + 1,
                "start_frame": first,
                "stop_frame": last,
                "data_chunk_size": 36,
                "data_compressed_chunk_type": "imageset",
                "data_original_chunk_type": "imageset",
                "created_date": WHEN,
                "updated_date": WHEN,
                "issues": {"url": f"{self.address}/api/issues?job_id={number}", "count": 0},
                "labels": {"url": f"{self.address}/api/labels?job_id={number}"},
                "type": "annotation",
                "organization": None,
                "organization_id": None,
                "target_storage": None,
                "source_storage": None,
                "assignee_updated_date": None,
                "parent_job_id": None,
                "consensus_replicas": 0,
                "replicas_count": 0,
            }
            for number, first, last in task.jobs()
        ]
        return paged(models.PaginatedJobReadList, jobs, query)

    # --- uploads ------------------------------------------------------------------------------------------------------

    def data(self, number: str, *, headers: Any, body: bytes, **_: Any) -> Any:
        task = self._get(self.tasks, number)
        if task.frames:
            raise Refusal(400, ["Adding more data is not supported"])
        if headers.get("Upload-Start") is not None:
            return Reply(202, b"")
        if headers.get("Upload-Length") is not None:
            reply = self._tus_begin(f"/api/tasks/{number}/data/", task.files, headers)
            name = _metadata(headers)["filename"]
            if name not in task.declared:
                task.declared.append(name)
            return reply
        assert headers.get("Upload-Finish") is not None
        going = [work for work in self.works.values() if work.subresource == "data" and work.target_id == task.id]
        if any(work.state == "started" for work in going):
            raise Refusal(409, {"message": "Request is being processed"})
        given = taken(models.DataRequest, body)
        assert given["sorting_method"] == "lexicographical"
        missing = sorted(set(task.declared) - set(task.files))
        if missing:
            raise Refusal(400, [f"No such files on the server: {missing}"])

        def finish() -> None:
            task.frames = sorted(task.declared)

        return self._work("create", "task", task.id, "data", finish)

    def annotations(self, number: str, *, headers: Any, query: dict[str, str], **_: Any) -> Any:
        task = self._get(self.tasks, number)
        folder = self.uploads.setdefault(f"annotations of {number}", {})
        if headers.get("Upload-Start") is not None:
            return Reply(202, b"")
        if headers.get("Upload-Length") is not None:
            return self._tus_begin(f"/api/tasks/{number}/annotations/", folder, headers)
        assert headers.get("Upload-Finish") is not None
        assert query["format"] == remote.IMPORT_FORMAT
        content = folder.pop(query["filename"])
        replace = query.get("import_mode", "replace") == "replace"

        def finish() -> None:
            known = {label["name"] for label in task.labels}
            shapes: dict[str, str] = {}
            for image in etree.fromstring(content).iterfind("image"):
                assert image.get("name") in task.frames, f"{image.get('name')} is no frame of the task"
                assert all(shape.get("label") in known for shape in image), "a label that the task has not"
                shapes[image.get("name")] = "".join(etree.tostring(shape, encoding="unicode") for shape in image)
            kept = {} if replace else task.annotations
            task.annotations = {**kept, **shapes}

        return self._work("import", "task", task.id, "annotations", finish)

    def _tus_begin(self, path: str, folder: dict[str, bytes], headers: Any) -> Any:
        assert headers.get("Tus-Resumable") == "1.0.0"
        name = _metadata(headers)["filename"]
        if name in folder:
            raise Refusal(409, "File with same name already exists")
        upload = str(uuid.uuid4())
        size = int(headers["Upload-Length"])
        self.uploads[upload] = {"name": name, "size": size, "content": b"", "folder": folder}
        where = {"Location": f"{self.address}{path}{upload}", "Upload-Filename": name}
        return Reply(201, b"", where)

    def chunk(self, _number: str, upload: str, *, method: str, headers: Any, body: bytes, **_: Any) -> Any:
        found = self.uploads[upload]
        if method == "HEAD":
            return Reply(200, b"", {"Upload-Offset": str(len(found["content"]))})
        if int(headers["Upload-Offset"]) != len(found["content"]):
            raise Refusal(409, "")
        found["content"] += body
        if len(found["content"]) == found["size"]:
            found["folder"][found["name"]] = found["content"]
        return Reply(204, b"", {"Upload-Offset": str(len(found["content"])), "Upload-Filename": found["name"]})

    def meta(self, number: str, **_: Any) -> Any:
        task = self._get(self.tasks, number)
        return checked(
            models.DataMetaRead,
            {
                "frames": [
                    {"name": name, "width": 8, "height": 8, "related_files": 0, "has_related_context": False}
                    for name in task.frames
                ],
                "deleted_frames": sorted(task.deleted),
                "chunk_size": 36,
                "size": len(task.frames),
                "image_quality": 70,
                "start_frame": 0,
                "stop_frame": max(len(task.frames) - 1, 0),
                "frame_filter": "",
                "chunks_updated_date": WHEN,
                "included_frames": None,
                "storage": "local",
                "storage_method": "cache",
                "cloud_storage_id": None,
                "chapters": None,
            },
        )

    # --- exports ------------------------------------------------------------------------------------------------------

    def export(self, kind: str, number: str, *, query: dict[str, str], **_: Any) -> Any:
        self._get(self.tasks if kind == "tasks" else self.projects, number)
        assert query["format"] == remote.EXPORT_FORMAT
        assert query["save_images"] in {"False", "false"}
        return self._work("export", kind.removesuffix("s"), int(number), "dataset", None)

    def download(self, kind: str, number: str, *, query: dict[str, str], **_: Any) -> Any:
        assert self.works[query["rq_id"]].state == "finished"
        if self.faults.exported is not None:
            return Reply(200, self.faults.exported, {"Content-Type": "application/zip"})
        tasks = [
            task
            for task in self.tasks.values()
            if (task.id if kind == "tasks" else task.project_id) == int(number) and task.frames
        ]
        text = self.faults.annotations or _exported(tasks, "task" if kind == "tasks" else "project")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("annotations.xml", text)
        return Reply(200, packed.getvalue(), {"Content-Type": "application/zip"})

    # --- background requests ------------------------------------------------------------------------------------------

    def _work(self, kind: str, target: str, target_id: int, subresource: str, finish: Callable[[], None] | None) -> Any:
        work = Work(
            f"action={kind}&target={target}&id={target_id}&subresource={subresource}&n={uuid.uuid4().hex[:6]}",
            kind,
            target,
            target_id,
            subresource,
            finish,
        )
        self.works[work.id] = work
        return Reply(202, checked(models.RqId, {"rq_id": work.id}))

    def request_one(self, request_id: str, **_: Any) -> Any:
        work = self.works.get(request_id)
        if work is None:
            raise Refusal(404, {"detail": "Not found."})
        work.polls += 1
        if work.state == "started" and work.polls > 1 and not self.faults.never_finishes:
            if self.faults.export_fails and work.kind == "export":
                work.state, work.message = "failed", self.faults.export_fails
            else:
                if work.finish:
                    work.finish()
                work.state = "finished"
        return self._request(work)

    def request_list(self, *, query: dict[str, str], **_: Any) -> Any:
        found = [
            work
            for work in self.works.values()
            if query.get("subresource", work.subresource) == work.subresource
            and query.get("action", work.kind) == work.kind
            and int(query.get("task_id", work.target_id)) == work.target_id
        ]
        return paged(models.PaginatedRequestList, [self._request(work) for work in found], query)

    def _request(self, work: Work) -> Any:
        host = self.faults.result_host or self.address
        url = f"{host}/api/{work.target}s/{work.target_id}/dataset/download?rq_id={work.id.replace('&', '%26')}"
        return checked(
            models.Request,
            {
                "status": work.state,
                "id": work.id,
                "operation": {
                    "target": work.target,
                    "type": f"{work.kind}:{work.subresource}",
                    "format": None,
                    "name": None,
                    "project_id": work.target_id if work.target == "project" else None,
                    "task_id": work.target_id if work.target == "task" else None,
                    "job_id": None,
                    "function_id": None,
                    "lightweight": None,
                },
                "progress": 1.0 if work.state == "finished" else 0.5,
                "message": work.message,
                "created_date": WHEN,
                "started_date": WHEN,
                "finished_date": None,
                "expiry_date": None,
                "owner": {"id": 1, "username": USER},
                "result_url": url if work.kind == "export" and work.state == "finished" else None,
                "result_id": None,
            },
        )


def _exported(tasks: list[Task], section: str) -> str:
    """The tasks as "CVAT for images 1.1": every frame is there, with or without shapes."""
    labels = {label["name"]: label for task in tasks for label in task.labels}
    root = etree.Element("annotations")
    etree.SubElement(root, "version").text = "1.1"
    meta = etree.SubElement(etree.SubElement(root, "meta"), section)
    listed = etree.SubElement(meta, "labels")
    for name, label in labels.items():
        element = etree.SubElement(listed, "label")
        etree.SubElement(element, "name").text = name
        etree.SubElement(element, "color").text = label.get("color", "#ff0000")
        etree.SubElement(element, "type").text = str(label.get("type", "any"))
        etree.SubElement(element, "attributes")
    text = etree.tostring(root, encoding="unicode").removesuffix("</annotations>")
    number = 0
    for task in tasks:
        for name in (name for place, name in enumerate(task.frames) if place not in task.deleted):
            image = etree.Element("image", id=str(number), name=name, width="8", height="8")
            if section == "project":
                image.set("task_id", str(task.id))
            start = etree.tostring(image, encoding="unicode").removesuffix("/>")
            text += f"{start}>{task.annotations.get(name, '')}</image>"
            number += 1
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}</annotations>"


def _metadata(headers: Any) -> dict[str, str]:
    pairs = (pair.split(" ") for pair in headers["Upload-Metadata"].split(","))
    return {name: base64.b64decode(value).decode() for name, value in pairs}


@dataclass
class Reply:
    """A status with a body."""

    status: int
    data: Any
    headers: dict[str, Any] = field(default_factory=dict)


def checked(model: Any, data: Any) -> Any:
    """``data``, if the SDK takes it for this model."""
    validate_and_convert_types(
        json.loads(json.dumps(data)), (model,), ["received_data"], True, True, configuration=Configuration()
    )
    return data


def taken(model: Any, body: bytes) -> dict[str, Any]:
    """What a client sent, if the SDK would send it as this model."""
    data: dict[str, Any] = json.loads(body)
    validate_and_convert_types(data, (model,), ["sent"], True, True, configuration=Configuration())
    return data


def paged(model: Any, items: list[Any], query: dict[str, str], size: int = 10) -> Any:
    """One page of a list."""
    page = int(query.get("page", 1))
    some = items[(page - 1) * size : page * size]
    more = len(items) > page * size
    return checked(
        model,
        {"count": len(items), "next": "http://next/" if more else None, "previous": None, "results": some},
    )


_FOR_EVER = ExitStack()


@cache
def running() -> CvatDouble:
    """One that runs as long as the tests do."""
    double = CvatDouble()
    _FOR_EVER.enter_context(serving(double))
    return double


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    double: CvatDouble

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        double, faults = self.double, self.double.faults
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        double.requests.append((self.command, parts.path))
        double.seen_headers.append(dict(self.headers))
        if faults.before:
            faults.before(self.command, parts.path)
        if faults.slow_seconds:
            time.sleep(faults.slow_seconds)
        if faults.redirect_to:
            self._send(Reply(302, b"", {"Location": faults.redirect_to}))
            return
        if faults.errors and re.search(faults.errors_at, parts.path):
            faults.errors -= 1
            self._send(Reply(500, b"<html>it broke</html>", {"Content-Type": "text/html"}))
            return
        try:
            with double.lock:
                path = re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found.group(1), 16)), parts.path)
                found = double.answer(self.command, path, query, self.headers, body)
            reply = found if isinstance(found, Reply) else Reply(200, found)
        except Refusal as refusal:
            reply = Reply(refusal.status, refusal.data)
        if faults.after:
            faults.after(self.command, parts.path)
        if faults.cut_after_write and re.fullmatch(faults.cut_after_write, f"{self.command} {parts.path}"):
            faults.cut_after_write = ""
            self.close_connection = True
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        content = reply.data if isinstance(reply.data, bytes) else json.dumps(reply.data).encode()
        headers = {"Content-Type": "application/vnd.cvat+json", **reply.headers}
        self.send_response(reply.status)
        for name, value in headers.items():
            for each in value if isinstance(value, list) else [value]:
                self.send_header(name, each)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and reply.status != 204:
            if self.double.faults.drip_seconds:
                self._drip(content)
            else:
                self.wfile.write(content)

    def _drip(self, content: bytes) -> None:
        for place in range(len(content)):
            self.wfile.write(content[place : place + 1])
            self.wfile.flush()
            time.sleep(self.double.faults.drip_seconds)

    do_GET = do_POST = do_PATCH = do_HEAD = do_PUT = do_DELETE = _serve


@contextmanager
def serving(double: CvatDouble, tls: ssl.SSLContext | None = None) -> Iterator[CvatDouble]:
    """The double on a port of this machine's own."""
    handler = type("Handler", (_Handler,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that hung up
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    double.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
