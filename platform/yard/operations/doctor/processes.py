"""Worker and supervisor: do they live, and does the work get done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone
from django_q.models import Failure, OrmQ

from yard.executions.models import Attempt
from yard.executions.states import ACTIVE
from yard.operations.doctor.findings import Finding, failure, ok, warning
from yard.operations.heartbeats import SUPERVISOR, SUPERVISOR_SILENT, WORKER_SILENT, supervisor_beats, worker_beat

WORKER = "worker"
SUPERVISOR_PART = "supervisor"
_LONG_WAIT = timedelta(minutes=10)
_LONG_WORK = timedelta(minutes=5)


def check_worker() -> Iterator[Finding]:
    """Its sign of life is a task like any other, so it also tells whether tasks get done."""
    now = timezone.now()
    beat = worker_beat()
    if beat is None:
        yield failure(
            WORKER,
            "It has never given a sign of life.",
            "Start it (manage.py qcluster; make run and docker compose do), and run manage.py prepare once. It beats "
            "once a minute.",
        )
    elif now - beat.at > WORKER_SILENT:
        yield failure(
            WORKER,
            f"It has been silent for {_text(now - beat.at)}.",
            "Look at its log and start it anew; nothing that waits is lost.",
        )
    else:
        yield ok(WORKER, f"It did a task {_text(now - beat.at)} ago.")
    yield from _queue()
    failed = Failure.objects.filter(stopped__gte=now - timedelta(days=1))
    if count := failed.count():
        names = sorted(set(failed.values_list("func", flat=True)[:100]))[:5]
        yield warning(
            WORKER,
            f"{count} tasks failed within a day: {', '.join(names)}.",
            "See /admin/, Failed tasks, for the reasons.",
        )


def _queue() -> Iterator[Finding]:
    now = timezone.now()
    queue = OrmQ.objects.aggregate(
        waiting=Count("pk", filter=Q(lock__lte=now)), taken=Count("pk", filter=Q(lock__gt=now)), oldest=Min("lock")
    )
    if not queue["waiting"]:
        yield ok(WORKER, f"No task waits, {queue['taken']} are being done.")
    elif now - queue["oldest"] > _LONG_WAIT:
        yield warning(
            WORKER,
            f"{queue['waiting']} tasks wait, the oldest for {_text(now - queue['oldest'])}.",
            "See that the worker lives; if it does, give it more processes with YARD_WORKERS.",
        )
    else:
        yield ok(WORKER, f"{queue['waiting']} tasks wait, none for long.")


def check_supervisor() -> Iterator[Finding]:
    """One per host; runs wait for ever when none lives."""
    now = timezone.now()
    beats = supervisor_beats()
    if not beats:
        yield failure(
            SUPERVISOR_PART,
            "None has ever given a sign of life.",
            "Start it: manage.py supervise (make run and docker compose do). Until then no run starts.",
        )
    alive = [beat for beat in beats if now - beat.at <= SUPERVISOR_SILENT]
    for beat in beats:
        name = beat.part.removeprefix(SUPERVISOR)
        if beat in alive:
            yield ok(SUPERVISOR_PART, f"On {name} it goes round.")
        elif alive:
            yield warning(
                SUPERVISOR_PART,
                f"On {name} it has been silent for {_text(now - beat.at)}; another lives.",
                "Start it anew there; if that machine is gone for good, this ends by itself after 30 days.",
            )
        else:
            yield failure(
                SUPERVISOR_PART,
                f"On {name} it has been silent for {_text(now - beat.at)}.",
                "Look at its log and start it anew. It is also silent while the container engine does not answer.",
            )
    stale = Attempt.objects.filter(execution__state__in=ACTIVE, lease_until__lt=now - _LONG_WORK).exclude(
        lease_owner=""
    )
    if count := stale.count():
        yield warning(
            SUPERVISOR_PART,
            f"Nobody has looked after {count} active attempts for {_text(_LONG_WORK)}.",
            "Start the supervisor of the host they run on.",
        )


def _text(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{seconds // 60} minutes" if seconds < 7200 else f"{seconds // 3600} hours"
