"""Web, worker and supervisor start without the libraries that belong into boxes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ["torch", "torchvision", "onnx", "onnxruntime", "onnxmltools", "tensorflow", "sklearn", "datumaro", "cvat_sdk"]

WEB = "import yard.asgi; from django.urls import get_resolver; get_resolver().url_patterns"
WORKER = """
import django; django.setup()
import django_q.cluster, importlib, pkgutil, yard
for module in pkgutil.walk_packages(yard.__path__, "yard."):
    if module.name.endswith(".tasks"):
        importlib.import_module(module.name)
"""
SUPERVISOR = """
import django; django.setup()
from django.core.management import get_commands, load_command_class
load_command_class(get_commands()["supervise"], "supervise")
import importlib, pkgutil, yard.executions
for module in pkgutil.walk_packages(yard.executions.__path__, "yard.executions."):
    importlib.import_module(module.name)
"""


@pytest.mark.parametrize("code", [WEB, WORKER, SUPERVISOR], ids=["web", "worker", "supervisor"])
def test_no_heavy_library_is_imported(code: str, tmp_path: Path) -> None:
    report = f"\nimport json, sys\nprint('HEAVY', json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("YARD_")},
        "DJANGO_SETTINGS_MODULE": "yard.settings",
        "PYTHONPATH": str(ROOT / "platform"),
        "YARD_DATA_DIR": str(tmp_path),
    }
    result = subprocess.run(
        [sys.executable, "-c", code + report], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    line = next(line for line in result.stdout.splitlines() if line.startswith("HEAVY "))
    assert json.loads(line.removeprefix("HEAVY ")) == []
