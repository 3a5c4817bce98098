"""What the entrypoint promises: order and markers, exit codes, signals, and that no value becomes a command."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.train_templates.box import TEMPLATES, Box

MARKERS = ("Setup started", "Setup ended", "Training started", "Training ended")
SETUP = "from config import *\nfinalize_config(load_config())\n"
TRAIN = "import json, sys\njson.dump(sys.argv[1:], open('/train/args.json', 'w'))\n"

MakeBox = Callable[..., Box]


@pytest.fixture
def make_box(tmp_path: Path) -> MakeBox:
    """A container with helper scripts and a setup.py and train.py of the test's own."""

    def make(train: str = TRAIN, setup: str = SETUP, **options: object) -> Box:
        context = tmp_path / "context"
        shutil.copytree(TEMPLATES / "common", context, ignore=shutil.ignore_patterns("__pycache__"))
        files = {"setup.py": setup, "train.py": train, "presets.json": "{}", "export_config.json": "{}"}
        for name, content in {"train_config.json": "{}", **files}.items():
            (context / name).write_text(content)
        dataset = tmp_path / "dataset"
        dataset.mkdir()
        (dataset / "a.png").touch()
        return Box(tmp_path / "box", context, dataset, **options)  # type: ignore[arg-type]

    return make


def arguments(box: Box) -> list[str]:
    return json.loads((box.train / "args.json").read_text())


def test_it_prints_the_markers_in_order(make_box: MakeBox) -> None:
    result = make_box("print('in train')", "print('in setup')").run()
    assert result.returncode == 0, result.stdout
    places = [re.search(rf"^{marker}: \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d$", result.stdout, re.M) for marker in MARKERS]
    assert all(places)
    starts = [place.start() for place in places if place]
    assert starts == sorted(starts)
    assert starts[0] < result.stdout.index("in setup") < starts[1]
    assert starts[2] < result.stdout.index("in train") < starts[3]


@pytest.mark.parametrize("failing", ["setup.py", "train.py", "config_to_args.py"])
def test_the_exit_code_is_that_of_the_first_failing_step(make_box: MakeBox, failing: str) -> None:
    box = make_box()
    (box.context / failing).write_text("raise SystemExit(23)")
    result = box.run()
    assert result.returncode == 23, result.stdout
    assert "Training ended" not in result.stdout
    assert ("Setup ended" in result.stdout) == (failing != "setup.py")


def test_without_a_data_set_id_it_says_so_and_ends(make_box: MakeBox) -> None:
    result = make_box(variables={"DATASET_ID": ""}).run()
    assert result.returncode == 1
    assert "DATASET_ID is not set" in result.stdout
    assert "Setup started" not in result.stdout


def test_it_goes_on_without_credentials_and_data(make_box: MakeBox) -> None:
    box = make_box()
    box.dataset = None
    result = box.run()
    assert result.returncode == 0, result.stdout
    assert "gave no credentials" in result.stdout


def test_no_value_of_the_form_becomes_a_command(make_box: MakeBox) -> None:
    values = {"a": "$(touch /train/caught)", "b": "`touch /train/caught`; touch /train/caught", "c": "* ~ $HOME 'x y"}
    box = make_box(given={"config/train_config.json": json.dumps(values)})
    result = box.run()
    assert result.returncode == 0, result.stdout
    assert not (box.train / "caught").exists()
    assert arguments(box) == ["--a", values["a"], "--b", values["b"], "--c", values["c"]]


def test_a_foreign_config_to_args_gets_plain_words(make_box: MakeBox) -> None:
    box = make_box()
    (box.context / "config_to_args.py").write_text("print('--epochs 3 --glob * --run $(touch /train/caught)')")
    result = box.run()
    assert result.returncode == 0, result.stdout
    assert arguments(box) == ["--epochs", "3", "--glob", "*", "--run", "$(touch", "/train/caught)"]
    assert not (box.train / "caught").exists()


def test_given_config_replaces_the_image_s_and_stays_writable(make_box: MakeBox) -> None:
    given = {"config/train_config.json": '{"epochs": 5}', "config/export_config.json": '{"model_type": "pytorch"}'}
    box = make_box(given=given)
    (box.context / "presets.json").write_text('{"output-dir": "/train"}')
    result = box.run()
    assert result.returncode == 0, result.stdout
    assert arguments(box) == ["--epochs", "5", "--output-dir", "/train"]
    assert json.loads((box.context / "export_config.json").read_text()) == {"model_type": "pytorch"}
    assert "exported to ONNX" in result.stdout


def test_given_config_goes_to_the_given_destination(make_box: MakeBox) -> None:
    box = make_box(given={"config/train_config.json": '{"epochs": 5}', "destination": "/train/elsewhere\n"})
    assert box.run().returncode == 0
    assert json.loads((box.train / "elsewhere" / "train_config.json").read_text()) == {"epochs": 5}
    assert arguments(box) == []


def test_env_file_reaches_python_but_not_the_log(make_box: MakeBox) -> None:
    show = "import os, json\nvalues = [os.environ[key] for key in ('PLAIN', 'WORDS', 'DATASET_ID')]\n"
    show += "json.dump(values, open('/train/%s', 'w'))\n"
    box = make_box(show % "in_train.json", SETUP + show % "in_setup.json")
    (box.context / ".env").write_text("# comment\nPLAIN=secret-1\nexport WORDS='two words'\nDATASET_ID=99\n")
    result = box.run()
    assert result.returncode == 0, result.stdout
    for name in ("in_setup.json", "in_train.json"):
        assert json.loads((box.train / name).read_text()) == ["secret-1", "two words", "7"]
    assert "PLAIN" in result.stdout
    assert "secret-1" not in result.stdout


HANDLER = """
import signal, sys, time
def handle(number, frame):
    print("handler ran", flush=True)
    open("/train/saved", "w").write("half a model")
    sys.exit({code})
signal.signal(signal.SIGTERM, handle)
print("ready", flush=True)
time.sleep(20)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("where", ["setup.py", "train.py"])
def test_a_stop_reaches_the_code_and_its_exit_code_comes_back(
    make_box: MakeBox, number: signal.Signals, where: str
) -> None:
    box = make_box()
    (box.context / where).write_text(HANDLER.format(code=42))
    result = run_and_signal(box, number)
    assert "handler ran" in result.stdout
    assert (box.train / "saved").read_text() == "half a model"
    assert result.returncode == 42
    assert "Training ended" not in result.stdout


def test_code_without_a_handler_is_ended_by_the_stop(make_box: MakeBox) -> None:
    box = make_box("import time; print('ready', flush=True); time.sleep(20)")
    assert run_and_signal(box, signal.SIGTERM).returncode == 143


def test_code_that_takes_its_time_after_a_stop_is_waited_for(make_box: MakeBox) -> None:
    code = "import signal, time\nend = []\nsignal.signal(signal.SIGTERM, lambda *_: end.append(1))\n"
    code += "print('ready', flush=True)\nwhile not end: time.sleep(0.05)\ntime.sleep(1)\nprint('saved everything')\n"
    result = run_and_signal(make_box(code), signal.SIGTERM)
    assert "saved everything" in result.stdout
    assert result.returncode == 0


def run_and_signal(box: Box, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    """Run, send the signal to the entrypoint once the code is ready, and return how it ended."""
    process = subprocess.Popen(
        box.command(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Tests that were put into the background ignore it, what they start does too, and no shell can trap it then.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - nothing of ours is locked
    )
    assert process.stdout is not None
    lines = []
    with process:
        for line in process.stdout:
            lines.append(line)
            if line == "ready\n":
                os.kill(_entrypoint_below(process.pid), number)
    return subprocess.CompletedProcess([], process.returncode, "".join(lines))


def _entrypoint_below(parent: int) -> int:
    """Process id, seen from outside the sandbox, of the entrypoint below ``parent``."""
    for process in _descendants(parent):
        if Path(f"/proc/{process}/cmdline").read_bytes().startswith(b"/bin/bash\0/docker-entrypoint.sh\0"):
            return process
    raise AssertionError("the entrypoint does not run")


def _descendants(parent: int) -> list[int]:
    children = [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return children + [grandchild for child in children for grandchild in _descendants(child)]
