"""A template that needs nothing but Python, packed as the published packer would."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

COMMON = Path(__file__).resolve().parents[2] / "train_templates"
BASE = "trainyard-test-base"
CONFIG = "Acme/Classification/Tiny/config"
DOCKER = "Acme/Classification/Tiny/docker"

DOCKERFILE = f"""FROM {BASE}
COPY docker-entrypoint.sh mount-s3.sh /
RUN chmod +x /docker-entrypoint.sh
WORKDIR /usr/src/app
COPY config_to_args.py config.py dataset.py cvat_dataset.py export.py ./
COPY setup.py train.py args.py requirements.txt train_config.json presets.json export_config.json ./
COPY .env ./
ENTRYPOINT ["/bin/bash", "/docker-entrypoint.sh"]
"""

SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["epochs"],
    "properties": {
        "epochs": {"title": "Epochs", "type": "integer", "minimum": 1, "default": 3},
        "rate": {"title": "Learning rate", "type": "number", "default": 0.5},
        "pause": {"title": "Seconds per epoch", "type": "number", "default": 0},
        "fail": {"title": "Exit code", "type": "integer", "default": 0},
    },
}

CUSTOM = {
    "model_filepath": "/train/model.pt",
    "score_name": "Acc.",
    "score_regexp": r"Accuracy (\d+\.\d+)",
    "metrics": {"loss": r"loss=(\S+)"},
}

ARGS = """
import argparse


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--fail", type=int, default=0)
    parser.add_argument("--output-dir")
    return parser.parse_args()
"""

SETUP = """
import json, os
from config import finalize_config, load_config
from dataset import get_dataset_path

config = finalize_config(load_config())
names = sorted(os.listdir(get_dataset_path()))
print("samples:", len([name for name in names if name.endswith(".png")]))
print("annotations:", os.path.isfile(os.path.join(get_dataset_path(), "annotations", "annotations.xml")))
print("MODE:", os.environ.get("MODE"))
try:
    open(os.path.join(get_dataset_path(), "written"), "w")
    print("the data set can be written")
except OSError:
    print("the data set is read-only")
"""

TRAIN = """
import os, signal, sys, time
from args import get_args

args = get_args()


def save(text):
    os.makedirs(args.output_dir, exist_ok=True)
    with open(os.path.join(args.output_dir, "model.pt"), "w") as file:
        file.write(text)


def stop(*_):
    print("handler ran", flush=True)
    save("stopped early")
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
print("arguments:", sys.argv[1:], flush=True)
for epoch in range(1, args.epochs + 1):
    print("epoch %d/%d loss=%.3f" % (epoch, args.epochs, args.rate / epoch), flush=True)
    time.sleep(args.pause)
if args.fail:
    sys.exit(args.fail)
save("weights")
print("Accuracy 0.87549")
"""

FILES = {
    f"{CONFIG}/config.jsonschema": json.dumps(SCHEMA),
    f"{CONFIG}/custom.json": json.dumps(CUSTOM),
    f"{CONFIG}/presets.json": json.dumps({"output-dir": "/train"}),
    f"{DOCKER}/Dockerfile": DOCKERFILE,
    f"{DOCKER}/requirements.txt": "",
    f"{DOCKER}/.env": "MODE=fast\n",
    f"{DOCKER}/args.py": ARGS,
    f"{DOCKER}/setup.py": SETUP,
    f"{DOCKER}/train.py": TRAIN,
}


def tiny_template(**changed: str) -> io.BytesIO:
    """The template's ZIP; ``changed`` names files of its ``docker`` folder by their stem, such as ``train``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("config.py", "config_to_args.py", "dataset.py", "docker-entrypoint.sh", "mount-s3.sh"):
            archive.write(COMMON / "common" / name, f"package/{name}")
        archive.write(COMMON / "datasets" / "cvat_dataset.py", "package/cvat_dataset.py")
        for name, text in FILES.items():
            archive.writestr(f"package/{name}", changed.get(Path(name).stem, text))
    target.seek(0)
    return target
