"""What must hold when the dust has settled, whatever was killed: looked up in the database, the store and the machine.

    python -m tests.faults.invariants [--remove-boxes]     (in the environment of a site; prints one line of JSON)

The collectors run first. Executions that have not ended are looked at too, but only for what must hold at any time.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

LACKS_LINES = "the log may lack lines"  # what a run says whose engine was away


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yard.settings")
    django.setup()
    if "--remove-boxes" in sys.argv:
        remove_boxes()
        return
    collect()
    print(json.dumps({"problems": list(problems()), **figures()}))


def remove_boxes() -> None:
    """Leave nothing of this site on the machine."""
    from yard.executions.launchers.registry import launcher_from_settings

    launcher, _ = launcher_from_settings()
    for handle in launcher.list_boxes().values():
        launcher.remove(handle)


def collect() -> None:
    """Everything that removes what nobody needs, without the usual grace times."""
    from yard.executions.launchers.registry import launcher_from_settings
    from yard.executions.supervisor import Supervisor
    from yard.storage.garbage import collect_garbage

    launcher, reason = launcher_from_settings()
    Supervisor(launcher, reason=reason).collect(grace=timedelta(0))
    launcher.close()
    collect_garbage(grace=timedelta(0), upload_grace=timedelta(0))


def problems() -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    from yard.executions.models import Execution

    for execution in Execution.objects.order_by("pk"):
        for problem in (*_states(execution), *_attempts(execution)):
            yield f"{execution.kind} {execution.pk} ({execution.state}, {execution.reason!r}): {problem}"
    yield from _runs()
    yield from _events()
    yield from _devices_and_leases()
    yield from _models()
    yield from _objects()
    yield from _machine()


def figures() -> dict[str, Any]:
    """How many ended how."""
    from yard.runs.models import Run

    return {"states": dict(Counter(Run.objects.values_list("execution__state", flat=True)))}


# --- executions -------------------------------------------------------------------------------------------------------


def _states(execution: Any) -> Iterator[str]:
    """The history is one way through the table, ends where the row is, and only one step of it is final."""
    from yard.executions.states import ALLOWED, State

    changes = list(execution.changes.order_by("pk").values_list("from_state", "to_state"))
    if not changes or changes[-1][1] != execution.state:
        yield f"its history ends elsewhere: {changes}"
    before = ""
    for origin, target in changes:
        if origin != before or (origin and State(target) not in ALLOWED[State(origin)]):
            yield f"its history has the impossible step {origin} → {target}: {changes}"
        before = target
    if execution.is_final and execution.finished_at is None:
        yield "it has ended, but not when"
    if execution.state in {"failed", "lost"} and not (execution.reason and execution.cause):
        yield "it failed without reason or cause"
    if "The platform failed" in execution.reason:
        yield "it ended with an error of ours instead of the true reason"


def _attempts(execution: Any) -> Iterator[str]:
    """Its box ran once, and its log is whole: numbered lines, each once and in order.

    Where an engine was away lines may be missing, if the run says so.
    """
    from yard.executions.logs import store

    for attempt in execution.attempts.all():
        log = b"".join(store.parts(attempt))
        there, said = (len(log), log.count(b"\n")), (attempt.log_bytes, attempt.log_lines)
        if there != said:
            yield f"its log has {there} bytes and lines, but its row says {said}"
        yield from _offsets(attempt)
        numbers = [int(found) for found in re.findall(rb"^line (\d+) ", log, re.MULTILINE)]
        expected = sorted(set(numbers)) if LACKS_LINES in execution.reason else list(range(1, len(numbers) + 1))
        if numbers != expected:
            yield f"its log has lines lost, twice or in disorder: {_gap(numbers)}"
        if execution.is_final:
            yield from _ended_attempt(execution, attempt, numbers)
        if execution.kind == "run":
            yield from _witness(execution, attempt, numbers)


def _offsets(attempt: Any) -> Iterator[str]:
    if attempt.log_key:
        if attempt.chunks.exists():
            yield "its log is both in rows and in an object"
        return
    at = 0
    for chunk in attempt.chunks.order_by("offset"):
        if chunk.offset != at:
            yield f"its log has a gap or an overlap at byte {at} (next piece at {chunk.offset})"
        at = chunk.offset + len(chunk.data)


def _ended_attempt(execution: Any, attempt: Any, numbers: list[int]) -> Iterator[str]:
    from yard.executions.launchers.docker_ends import UNSEEN

    if not attempt.log_complete:
        yield "it has ended, but its log never says that it is complete"
    if attempt.log_bytes and not attempt.log_key:
        yield "it has ended, but its log was not compacted"
    if execution.kind == "run" and execution.state == "succeeded":
        wanted = execution.run.config["epochs"]
        is_told = execution.reason == UNSEEN and len(numbers) < wanted
        if len(numbers) != wanted and not is_told:
            yield f"it succeeded with {len(numbers)} of {wanted} lines"
        if attempt.exit_code != 0:
            yield f"it succeeded with exit code {attempt.exit_code}"


def _witness(execution: Any, attempt: Any, numbers: list[int]) -> Iterator[str]:
    """What the training code itself wrote down."""
    file = Path(os.environ["FAULTS_WITNESS"]) / "started"
    started = (
        [line for line in file.read_text().splitlines() if line.split()[0] == str(attempt.pk)] if file.exists() else []
    )
    if len(started) > 1:
        yield f"its training ran {len(started)} times"
    if not started and (numbers or execution.state == "succeeded"):
        yield "it has a log, but its training never ran"


def _gap(numbers: list[int]) -> str:
    for place, number in enumerate(numbers, 1):
        if number != place:
            return f"line {place} is {number} (of {len(numbers)})"
    return ""


# --- what belongs to them ---------------------------------------------------------------------------------------------


def _runs() -> Iterator[str]:
    from yard.executions.logs import store
    from yard.runs.models import Run

    for run in Run.objects.select_related("execution").order_by("pk"):
        attempt = run.execution.attempts.get()
        lines = b"".join(store.parts(attempt)).count(b"loss=")
        for key in run.metric_keys.all():
            points = list(key.points.order_by("sequence").values_list("sequence", "value"))
            if [sequence for sequence, _ in points] != list(range(len(points))) or key.point_count != len(points):
                yield f"run {run.pk}: the points of {key.name} are not numbered through"
            values = [value for _, value in points]
            may_lack = LACKS_LINES in run.execution.reason
            if values != (sorted(set(values)) if may_lack else [at + 0.5 for at in range(1, len(points) + 1)]):
                yield f"run {run.pk}: points of {key.name} are lost or there twice"
            if run.execution.is_final and len(points) != lines:
                yield f"run {run.pk}: {len(points)} points of {key.name} from {lines} lines"
        outputs = run.outputs.count()
        if outputs > 1 or (run.execution.state == "succeeded" and outputs != 1):
            yield f"run {run.pk} ({run.execution.state}) made {outputs} models"


def _events() -> Iterator[str]:
    """Each change of a state is told once, in its order."""
    from yard.core.models import Event
    from yard.executions.models import StateChange

    told: dict[int, list[str]] = {}
    for number, payload in (
        Event.objects.filter(kind="execution.state").order_by("pk").values_list("object_id", "payload")
    ):
        told.setdefault(number, []).append(payload["state"])
    happened: dict[int, list[str]] = {}
    for number, state in StateChange.objects.order_by("pk").values_list("execution_id", "to_state"):
        happened.setdefault(number, []).append(state)
    for number, states in happened.items():
        if told.get(number, []) not in (states, states[1:]):
            yield f"execution {number}: events tell {told.get(number)}, but it went {states}"
    once = Event.objects.filter(kind__in=["run.deleted", "model.version"])
    told_so_often = Counter(
        (kind, number, payload.get("number"))
        for kind, number, payload in once.values_list("kind", "object_id", "payload")
    )
    yield from (f"{event} was told {count} times" for event, count in told_so_often.items() if count > 1)


def _devices_and_leases() -> Iterator[str]:
    from yard.executions.models import Attempt, Device
    from yard.executions.states import FINAL

    for attempt in Attempt.objects.filter(execution__state__in=FINAL).exclude(lease_owner=""):
        yield f"{attempt} has ended, but {attempt.lease_owner} still has its lease"
    for device in Device.objects.filter(attempt__execution__state__in=FINAL):
        yield f"{device} is still held by the ended {device.attempt}"


def _models() -> Iterator[str]:
    """What is shown is whole: every file is there with its size and digest."""
    import hashlib

    from yard.registry.models import ModelVersion
    from yard.storage.stores import get_store

    for version in ModelVersion.objects.exclude(stored_at=None):
        for file in version.files.all():
            with get_store().read(version.bucket, file.key) as parts:
                digest = hashlib.sha256(b"".join(parts)).hexdigest()
            if digest != file.digest:
                yield f"{version}: {file.name} is not what was stored"
    for version in ModelVersion.objects.filter(stored_at=None):
        yield f"{version} was never completed"


def _objects() -> Iterator[str]:
    """Nothing half-written and nothing forgotten is in the store."""
    from django.conf import settings

    from yard.accounts.models import User
    from yard.executions.models import Attempt
    from yard.storage import keys
    from yard.storage.stores import get_store

    wanted = set(Attempt.objects.exclude(log_key="").values_list("log_bucket", "log_key"))
    buckets = {settings.PLATFORM_BUCKET, *User.objects.values_list("bucket", flat=True)} - {"", None}
    prefix = keys.attempt_log(0).rpartition("/")[0].partition("/")[0]
    for bucket in sorted(buckets):
        for found in get_store().list(bucket, keys.STAGING):
            yield f"{bucket}/{found.key} was left half-written"
        for found in get_store().list(bucket, f"{prefix}/"):
            if (bucket, found.key) not in wanted:
                yield f"{bucket}/{found.key} is a log that no attempt knows"


# --- the machine ------------------------------------------------------------------------------------------------------


def _machine() -> Iterator[str]:
    """No box, process, control group or temporary folder that no living execution needs."""
    from django.conf import settings

    from yard.executions.launchers.registry import launcher_from_settings
    from yard.executions.models import Attempt
    from yard.executions.states import ACTIVE

    active = {attempt.box_name: attempt for attempt in Attempt.objects.filter(execution__state__in=ACTIVE)}
    launcher, _ = launcher_from_settings()
    for name in launcher.list_boxes():
        if name not in active:
            yield f"the box {name} was left behind"
    launcher.close()
    folder = Path(settings.EXECUTIONS_DIR)
    for left in sorted(folder.glob("*")):
        owner = left.name.partition("-")[2]
        if left.name.startswith(("build-", "collect-")) and not any(str(a.pk) == owner for a in active.values()):
            yield f"the temporary folder {left.name} was left behind"
    for left in sorted([*folder.glob("process/*/.new-*"), *folder.glob("process/*/.old-*")]):
        yield f"{left.relative_to(folder)} was left behind"
    yield from _processes(folder, set(active))


def _processes(folder: Path, active: set[str]) -> Iterator[str]:
    boxes = f"{folder}/process/boxes/"
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if boxes in command and not any(f"{boxes}{name}" in command for name in active):
                yield f"process {entry.name} was left behind: {command[:200]}"


if __name__ == "__main__":
    main()
