"""The run's configuration inside a train container: the submitted form, later merged with the template's presets."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Optional

TRAIN_CONFIG_FILEPATH = "./train_config.json"
PRESETS_FILEPATH = "./presets.json"


def load_config() -> dict[str, Any]:
    """The configuration of this run, from ``train_config.json`` in the working directory."""
    return _read_object(TRAIN_CONFIG_FILEPATH)


def finalize_config(config: dict[str, Any], custom: Optional[dict[str, Any]] = None) -> None:
    """Write the configuration that ``train.py`` gets: ``config``, overridden by the presets, overridden by ``custom``.

    Calling it again with its own result changes nothing, so a container may be started twice.
    """
    merged = {**config, **_read_object(PRESETS_FILEPATH), **(custom or {})}
    # Replaced in one step: a stopped container never leaves half a file behind.
    draft = Path(TRAIN_CONFIG_FILEPATH + ".tmp")
    draft.write_text(json.dumps(merged, indent=4, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(draft, TRAIN_CONFIG_FILEPATH)


def _read_object(path: str) -> dict[str, Any]:
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path} must hold a JSON object, not {type(content).__name__}.")
    return content
