"""``manage.py doctor``: look at every part and say what to do."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yard.operations.doctor.findings import Finding, Level, exit_status
from yard.operations.doctor.run import run_checks

_MARKS = {Level.OK: "ok     ", Level.WARNING: "WARNING", Level.FAILURE: "FAILURE"}


class Command(BaseCommand):
    help = "Check every part of the platform and say what to do. Exit status: 0 all is well, 1 warnings, 2 failures."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs: a list of findings")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = run_checks()
        if options["json"]:
            self.stdout.write(json.dumps([finding.to_json() for finding in findings], indent=1, ensure_ascii=False))
        else:
            self._tell(findings)
        self.stdout.flush()
        sys.exit(exit_status(findings))

    def _tell(self, findings: list[Finding]) -> None:
        for finding in findings:
            self.stdout.write(f"{_MARKS[finding.level]}  {finding.part:<10}  {finding.found}")
            if finding.todo:
                self.stdout.write(f"         {'':<10}  → {finding.todo}")
        worst = {0: "All is well.", 1: "It works; look at the warnings.", 2: "Something needs to be repaired."}
        self.stdout.write(worst[exit_status(findings)])
