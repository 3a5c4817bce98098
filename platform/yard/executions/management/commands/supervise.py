"""``manage.py supervise``: drive executions on this host until told to leave."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from yard.executions.choosing import launcher_choose
from yard.executions.chores import chores
from yard.executions.host_lock import HostLock
from yard.executions.supervisor import Supervisor


class Command(BaseCommand):
    """Started once per host, beside web and worker; a second one waits to take over."""

    help = "Drive executions on this host until SIGTERM; boxes go on and are found again at the next start."

    def handle(self, *args: Any, **options: Any) -> None:
        launcher, reason = launcher_choose()
        self.stdout.write(f"launcher: {launcher.name} ({reason})")
        supervisor = Supervisor(launcher, reason=reason, chores=chores())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.leave())
        with HostLock(Path(settings.EXECUTIONS_DIR)) as lock:
            if lock.take(wait=supervisor.wait_to_leave, on_busy=self._say_busy):
                supervisor.run()

    def _say_busy(self, holder: str) -> None:
        who = f"process {holder}" if holder else "another process"
        self.stdout.write(f"{who} drives this host already; waiting until it has ended")
        self.stdout.flush()
