"""Replicas of the four published templates, in our own words, and what package.sh makes of them.

Keys, values and layout are facts of the published contract; the code is the least that has them.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

HELPERS = ("config.py", "config_to_args.py", "cvat_dataset.py", "dataset.py", "docker-entrypoint.sh", "mount-s3.sh")
CONFIG_FILES = ("config.jsonschema", "custom.json", "presets.json")
ALL_LINE = r"\s+all(\s+(\d*[.]?\d+)){6}\s*\n"
DIRECTORIES = {"output-dir": "/train", "images-dir": "/datasets/images", "labels-dir": "/datasets/labels"}

TORCHVISION_DOCKERFILE = """\
FROM nvcr.io/nvidia/pytorch:26.03-py3
ARG DEBIAN_FRONTEND=noninteractive
ENV TZ=Europe/Berlin
COPY docker-entrypoint.sh mount-s3.sh /
RUN chmod +x /docker-entrypoint.sh /mount-s3.sh
RUN apt-get update \\
    && apt-get install -y kmod fuse s3fs jq libxml2-utils curl wget tree
WORKDIR /workspace
RUN rm -rf ./* && mkdir lightning_logs
COPY config_to_args.py config.py dataset.py cvat_dataset.py export.py ./
COPY {own} ./
COPY requirements.txt train_config.json presets.json export_config.json ./
ARG TORCH_CUDA_INDEX=https://index.invalid/cu126
RUN pip install --extra-index-url ${{TORCH_CUDA_INDEX}} -r requirements.txt
COPY .env ./
ENTRYPOINT ["/bin/bash", "/docker-entrypoint.sh"]
CMD ["$@"]
"""
YOLO_DOCKERFILE = """\
FROM ultralytics/ultralytics:8.4.46-runner
COPY docker-entrypoint.sh /
COPY mount-s3.sh /
WORKDIR {workdir}
COPY ["config_to_args.py", "config.py", "dataset.py", "cvat_dataset.py", "./"]
COPY setup.py util.py train.py export.py ./
COPY requirements.txt train_config.json presets.json custom.json export_config.json ./
RUN pip install -r requirements.txt
COPY .env .
ENTRYPOINT ["/bin/bash", "/docker-entrypoint.sh"]
CMD ["$@"]
"""


@dataclass
class Replica:
    """A flat ``dev/`` folder and its three names.

    Attributes:
        arguments: The published default arguments, to compare with.
    """

    name: tuple[str, str, str]
    files: dict[str, str]
    arguments: str = ""
    executable: set[str] = field(default_factory=lambda: {"docker-entrypoint.sh", "mount-s3.sh"})

    def json(self, name: str) -> Any:
        return json.loads(self.files[name])

    def change_json(self, name: str, **changes: Any) -> None:
        self.files[name] = json.dumps({**self.json(name), **changes}, indent=2)

    def members(self, top: str = "train-container-publish") -> dict[str, str]:
        """Path in the ZIP → content, as package.sh lays them out; folders end with a slash."""
        below = "/".join((top, *self.name))
        parts = below.split("/")
        members = {"/".join(parts[: n + 1]) + "/": "" for n in range(len(parts))}
        members |= {f"{below}/config/": "", f"{below}/docker/": ""}
        for name, content in self.files.items():
            if name in HELPERS:
                members[f"{top}/{name}"] = content
            elif name in CONFIG_FILES:
                members[f"{below}/config/{name}"] = content
            else:
                members[f"{below}/docker/{name}"] = content
        return members

    def zip(self, top: str = "train-container-publish") -> bytes:
        return zip_of(self.members(top), executable=self.executable)


def zip_of(members: dict[str, str | bytes] | dict[str, str], *, executable: set[str] | None = None) -> bytes:
    """A ZIP of these members; names that end with a slash become entries of folders."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2024, 10, 1, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            runs = name.rsplit("/", 1)[-1] in (executable or ())
            mode = 0o40755 if name.endswith("/") else 0o100755 if runs else 0o100644
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def _prop(kind: str, default: Any, **more: Any) -> dict[str, Any]:
    return {"title": str(default), "type": kind, "default": default, **more}


def _schema(properties: dict[str, Any]) -> str:
    split = {"train-split": _prop("number", 0.8, minimum=0, maximum=1), "test-split": _prop("number", 0.2, minimum=0)}
    schema = {
        "description": "Trains a model on your images. Documentation: https://docs.invalid/model",
        "type": "object",
        "required": list(properties)[:2],
        "properties": {**split, **properties},
    }
    return json.dumps(schema, indent=2)


def _args(keys: list[str], properties: dict[str, Any]) -> str:
    lines = ["import argparse", "", "", "def get_args():", "    parser = argparse.ArgumentParser()"]
    kinds = {"integer": "int", "number": "float", "string": "str"}
    for key in keys:
        kind = properties.get(key, {}).get("type", "string")
        option = 'action="store_true"' if kind == "boolean" else f"type={kinds[kind]}"
        lines.append(f'    parser.add_argument("--{key}", {option})')
    return "\n".join([*lines, "    return parser.parse_args()", ""])


def _common() -> dict[str, str]:
    return {
        **{name: f"# the template's own {name}, which the platform does not use\n" for name in HELPERS},
        ".env": "",
        "setup.py": "from config import finalize_config, load_config\n\nfinalize_config(load_config())\n",
        "train.py": "print('training')\n",
        "requirements.txt": "scikit-learn~=1.5.0\nxmltodict\n",
        "README.md.license": "SPDX-License-Identifier: MIT\n",
    }


def _torchvision(category: str, architecture: str, own: str, properties: dict[str, Any], custom: Any) -> Replica:
    files = {
        **_common(),
        "util.py": "",
        **dict.fromkeys(own.split(), ""),
        "args.py": _args([*properties, *DIRECTORIES], properties),
        "Dockerfile": TORCHVISION_DOCKERFILE.format(own=f"train.py args.py util.py setup.py {own}"),
        "config.jsonschema": _schema(properties),
        "custom.json": json.dumps(custom),
        "presets.json": json.dumps(DIRECTORIES),
    }
    return Replica(("Torchvision", category, architecture), files)


def efficientnet() -> Replica:
    properties = {
        "architecture": _prop("string", "efficientnet_v2_s", enum=["efficientnet_b0", "efficientnet_v2_s"]),
        "pretrained": _prop("boolean", True),
        "epochs": _prop("integer", 50, minimum=1),
        "batch-size": _prop("integer", 32, minimum=1),
        "img-size": _prop("integer", 300, minimum=32),
        "optimizer": _prop("string", "AdamW", enum=["AdamW", "SGD"]),
        "lr-scheduler": _prop("string", "ReduceLROnPlateau"),
        "learning-rate": _prop("number", 0.001, minimum=0),
        "lr-step-size": _prop("number", 30.0, minimum=0),
        "swa-learning-rate": _prop("number", 0.0, minimum=0),
        "weight-decay": _prop("number", 0.01, minimum=0),
        "momentum": _prop("number", 0.0, minimum=0),
        "patience": _prop("number", 0, minimum=0),
        "label-smoothing": _prop("number", 0.0, minimum=0),
        "metrics-average": _prop("string", "micro", enum=["micro", "macro"]),
    }
    custom = {
        "model_filepath": "/train/model.pt",
        "score_name": "Acc.",
        "score_regexp": r"[ ]+Accuracy[ ]+(\d*[.]\d*)\n",
    }
    replica = _torchvision("Classification", "EfficientNet", "efficientnet.py", properties, custom)
    # Upstream's pitfall: any number in the form, whole ones in args.py.
    for key in ("patience", "lr-step-size"):
        replica.files["args.py"] = replica.files["args.py"].replace(f'"--{key}", type=float', f'"--{key}", type=int')
    replica.arguments = (
        "--architecture efficientnet_v2_s --pretrained --epochs 50 --batch-size 32 --img-size 300 --optimizer AdamW "
        "--lr-scheduler ReduceLROnPlateau --learning-rate 0.001 --lr-step-size 30 --swa-learning-rate 0 "
        "--weight-decay 0.01 --momentum 0 --patience 0 --label-smoothing 0 --metrics-average micro "
        "--output-dir /train --images-dir /datasets/images --labels-dir /datasets/labels"
    )
    return replica


def mask_rcnn() -> Replica:
    properties = {
        "backbone": _prop("string", "resnet50_fpn", enum=["resnet50_fpn", "resnet50_fpn_v2"]),
        "pretrained": _prop("boolean", True),
        "epochs": _prop("integer", 200, minimum=1),
        "batch-size": _prop("integer", 16, minimum=1),
        "img-size": _prop("integer", 800, minimum=32),
        "optimizer": _prop("string", "SGD", enum=["SGD", "AdamW"]),
        "learning-rate": _prop("number", 0.02, minimum=0),
        "swa-learning-rate": _prop("number", 0.0, minimum=0),
        "weight-decay": _prop("number", 0.0001, minimum=0),
        "momentum": _prop("number", 0.9, minimum=0),
        "patience": _prop("integer", 0, minimum=0),
        "test-threshold": _prop("number", 0.5, minimum=0, maximum=1),
    }
    custom = {
        "model_filepath": "/train/model.pt",
        "score_name": "segm. mAP@.5:.95",
        "score_regexp": r"[ ]+segm_map[ ]+(\d*[.]\d*)\n",
    }
    own = "maskrcnn.py maskrcnn_dataset.py"
    replica = _torchvision("Instance Segmentation", "Mask R-CNN", own, properties, custom)
    replica.arguments = (
        "--backbone resnet50_fpn --pretrained --epochs 200 --batch-size 16 --img-size 800 --optimizer SGD "
        "--learning-rate 0.02 --swa-learning-rate 0 --weight-decay 0.0001 --momentum 0.9 --patience 0 "
        "--test-threshold 0.5 --output-dir /train --images-dir /datasets/images --labels-dir /datasets/labels"
    )
    return replica


def _yolo(architecture: str, folder: str, workdir: str, properties: dict[str, Any], presets: dict[str, Any]) -> Replica:
    custom = {
        "model_filepath": f"/train/{folder}/weights/best.pt",
        "score_name": "mAP@.5:.95",
        "score_regexp": ALL_LINE,
    }
    files = {
        **_common(),
        "util.py": "",
        "Dockerfile": YOLO_DOCKERFILE.format(workdir=workdir),
        "config.jsonschema": _schema(properties),
        "custom.json": json.dumps(custom),
        "presets.json": json.dumps(presets),
    }
    return Replica(("Ultralytics", "Object Detection", architecture), files)


def yolov5() -> Replica:
    properties = {
        "model": _prop("string", "yolov5m.pt", enum=["yolov5s.pt", "yolov5m.pt"]),
        "epochs": _prop("integer", 300, minimum=1),
        "batch": _prop("integer", 16, minimum=-1),
        "imgsz": _prop("integer", 640, minimum=32),
        "cache": _prop("string", "ram", enum=["", "ram", "disk"]),
        "device": _prop("string", "cpu"),
        "multi_scale": _prop("number", 0.0, minimum=0),
        "optimizer": _prop("string", "SGD"),
        "workers": _prop("integer", 4, minimum=0),
        "patience": _prop("integer", 100, minimum=0),
        "freeze": {"title": "Freeze", "type": "array", "items": {"type": "integer", "minimum": 0}},
    }
    presets = {
        "data": "./dataset.yaml",
        "project": "/train",
        "name": "model",
        "exist_ok": True,
        "resume": False,
        "nosave": False,
        "noval": False,
        "save_period": -1,
        "plots": True,
        "bucket": "",
    }
    replica = _yolo("YOLOv5", "model", "/usr/src/app", properties, presets)
    replica.arguments = (
        "--model yolov5m.pt --epochs 300 --batch 16 --imgsz 640 --cache ram --device cpu --multi_scale 0.0 "
        "--optimizer SGD --workers 4 --patience 100 --freeze 0 --data ./dataset.yaml --project /train --name model "
        "--exist_ok --save_period -1 --plots"
    )
    return replica


def yolov11() -> Replica:
    numbers = {
        "lr0": 0.01,
        "lrf": 0.01,
        "momentum": 0.937,
        "weight_decay": 0.0005,
        "warmup_epochs": 3.0,
        "warmup_momentum": 0.8,
        "warmup_bias_lr": 0.1,
        "box": 7.5,
        "cls": 0.5,
        "dfl": 1.5,
    }
    properties = {
        "model": _prop("string", "yolo11m.pt"),
        "epochs": _prop("integer", 100, minimum=1),
        "patience": _prop("integer", 100, minimum=0),
        "batch": _prop("integer", 16, minimum=-1),
        "imgsz": _prop("integer", 640, minimum=32),
        "device": _prop("string", "cpu"),
        "workers": _prop("integer", 4, minimum=0),
        "pretrained": _prop("boolean", True),
        "optimizer": _prop("string", "auto"),
        "seed": _prop("integer", 0),
        "deterministic": _prop("boolean", True),
        "close_mosaic": _prop("integer", 10),
        "amp": _prop("boolean", True),
        "freeze": {"title": "Freeze", "type": "array", "items": {"type": "integer", "minimum": 0}},
        **{key: _prop("number", value) for key, value in numbers.items()},
        "nbs": _prop("integer", 64),
        "dropout": _prop("number", 0.0),
    }
    presets = {
        "data": "./dataset.yaml",
        "project": "/train",
        "name": "detect",
        "exist_ok": True,
        "resume": False,
        "val": False,
        "save_period": -1,
        "plots": False,
    }
    replica = _yolo("YOLOv11", "detect", "/workspace", properties, presets)
    replica.arguments = (
        "--model yolo11m.pt --epochs 100 --patience 100 --batch 16 --imgsz 640 --device cpu --workers 4 --pretrained "
        "--optimizer auto --seed 0 --deterministic --close_mosaic 10 --amp --freeze 0 --lr0 0.01 --lrf 0.01 "
        "--momentum 0.937 --weight_decay 0.0005 --warmup_epochs 3 --warmup_momentum 0.8 --warmup_bias_lr 0.1 --box 7.5 "
        "--cls 0.5 --dfl 1.5 --nbs 64 --dropout 0.0 --data ./dataset.yaml --project /train --name detect --exist_ok "
        "--save_period -1"
    )
    return replica


PUBLISHED = (efficientnet, mask_rcnn, yolov5, yolov11)
