from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from yard.accounts.models import Membership, Project, Role, User
from yard.executions import kinds
from yard.executions.kinds import Blocked, Box, BoxKind, Ready, Refused, Verdict, WorkKind
from yard.executions.launchers.base import Launcher, LaunchSpec, Resources
from yard.executions.models import Attempt, Execution
from yard.executions.services import Requested, execution_create
from yard.executions.states import State


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("olga", password="x")


@pytest.fixture
def viewer(db: None) -> User:
    return User.objects.create_user("victor", password="x")


@pytest.fixture
def outsider(db: None) -> User:
    return User.objects.create_user("otto", password="x")


@pytest.fixture
def project(owner: User, viewer: User) -> Project:
    project = Project.objects.create(name="Beans", created_by=owner)
    Membership.objects.create(project=project, user=owner, role=Role.EDITOR)
    Membership.objects.create(project=project, user=viewer, role=Role.VIEWER)
    return project


@dataclass
class TrialBoxKind(BoxKind):
    """A kind whose answers a test sets."""

    name: str = "trial"
    readiness: Ready | Blocked | Refused = field(default_factory=Ready)
    verdict: Verdict = field(default_factory=lambda: Verdict(State.SUCCEEDED))
    command: tuple[str, ...] = ("true",)
    collected: list[int] = field(default_factory=list)
    logged: list[int] = field(default_factory=list)
    collect_raises: list[Exception] = field(default_factory=list)
    launch_raises: list[Exception] = field(default_factory=list)
    gpu_ids: list[str] = field(default_factory=list)
    masked: tuple[str, ...] = ()

    def prepare(self, execution: Execution, launcher: Launcher) -> Ready | Blocked | Refused:
        return self.readiness

    def secrets(self, attempt: Attempt) -> tuple[str, ...]:
        return self.masked

    def launch_spec(self, attempt: Attempt, launcher: Launcher, gpu_ids: Any) -> LaunchSpec:
        if self.launch_raises:
            raise self.launch_raises.pop(0)
        self.gpu_ids = list(gpu_ids)
        resources = Resources(cpus=1, memory_bytes=1 << 28, shared_memory_bytes=1 << 26, gpu_ids=gpu_ids)
        return LaunchSpec(name=attempt.box_name, image="trial", command=self.command, resources=resources)

    def on_log(self, attempt: Attempt) -> bool:
        self.logged.append(attempt.log_bytes)
        return False

    def collect(self, attempt: Attempt, box: Box) -> Verdict:
        if self.collect_raises:
            raise self.collect_raises.pop(0)
        self.collected.append(attempt.pk)
        return self.verdict

    def event_payload(self, execution: Execution) -> dict[str, Any]:
        return {"trial": execution.pk}


class TrialWorkKind(WorkKind):
    name = "trial-work"

    def __init__(self) -> None:
        self.work: Callable[..., Verdict] = lambda *, log, cancelled: Verdict(State.SUCCEEDED)

    def perform(self, attempt: Attempt, launcher: Launcher, *, log: Any, cancelled: Any) -> Verdict:
        return self.work(log=log, cancelled=cancelled)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> TrialBoxKind:
    trial = TrialBoxKind()
    monkeypatch.setitem(kinds._KINDS, trial.name, trial)
    return trial


@pytest.fixture
def work_kind(monkeypatch: pytest.MonkeyPatch) -> TrialWorkKind:
    trial = TrialWorkKind()
    monkeypatch.setitem(kinds._KINDS, trial.name, trial)
    return trial


@pytest.fixture
def make(project: Project, owner: User) -> Callable[..., Execution]:
    def make(kind: str = "trial", **resources: Any) -> Execution:
        return execution_create(
            project=project, kind=kind, title="a trial", user=owner, resources=Requested(**resources)
        )

    return make
