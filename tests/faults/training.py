"""The training of the fault tests: starts in milliseconds, numbers its lines, and leaves a witness of every start."""

from __future__ import annotations

import json

from tests.runs.tiny_template import BASE as _TINY_BASE
from tests.runs.tiny_template import DOCKERFILE

BASE = "trainyard-base-classic"

_ENTRYPOINT = 'ENTRYPOINT ["python3", "-S", "-u", "/usr/src/app/train.py"]'

# No entrypoint script: a thousand runs of it would cost more than what is tested.
FAULTS_DOCKERFILE = "\n".join(
    _ENTRYPOINT if line.startswith("ENTRYPOINT") else line for line in DOCKERFILE.replace(_TINY_BASE, BASE).splitlines()
)

# `ignore_term` is as code that never heard of signals: only the grace time ends it.
TRAIN = """
import json, os, signal, sys, time
config = json.load(open("/usr/src/app/train_config.json"))
name = os.environ.get("FAULTS_ATTEMPT", "")
if name:
    with open("/witness/started", "a") as file:
        file.write("%s %s\\n" % (name, os.urandom(4).hex()))


def save(text):
    os.makedirs("/train", exist_ok=True)
    with open("/train/model.pt", "w") as file:
        file.write(text)


def stop(*_):
    print("handler ran", flush=True)
    save("stopped early")
    sys.exit(0)


signal.signal(signal.SIGTERM, signal.SIG_IGN if config.get("ignore_term") else stop)
lines, pause = config["epochs"], config.get("pause", 0)
for number in range(1, lines + 1):
    sys.stdout.write("line %08d loss=%d.5\\n" % (number, number))
    sys.stdout.flush()
    time.sleep(pause)
if config.get("fail"):
    sys.exit(config["fail"])
save("weights")
print("Accuracy 0.87549")
"""

SCHEMA = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["epochs"],
        "properties": {
            "epochs": {"title": "Lines", "type": "integer", "minimum": 0, "default": 3},
            "pause": {"title": "Seconds per line", "type": "number", "default": 0},
            "fail": {"title": "Exit code", "type": "integer", "default": 0},
            "ignore_term": {"title": "Deaf to SIGTERM", "type": "integer", "default": 0},
        },
    }
)

ARGS = """
import argparse


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--fail", type=int, default=0)
    parser.add_argument("--ignore_term", type=int, default=0)
    parser.add_argument("--output-dir")
    return parser.parse_args()
"""
