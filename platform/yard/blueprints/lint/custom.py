"""``custom.json`` and ``presets.json``: where the model lies, how the score is found, what the template fixes."""

from __future__ import annotations

import posixpath
from typing import Any

from yard.blueprints.lint.json_source import JsonSource
from yard.blueprints.lint.report import Report
from yard.core.patterns import check_pattern

MODEL_PATH_MAX = 500
SCORE_NAME_MAX = 100
NOT_OF_THE_TRAINING = ("/proc", "/sys", "/dev", "/run/trainyard", "/minio")
"""Of the system, the platform or the data set: what lies there is no model."""
MAX_METRICS = 50
MAX_TASK_TYPES = 20
TASK_TYPE_MAX = 100
METRIC_NAME_MAX = 200
KNOWN_KEYS = {"model_filepath", "score_name", "score_regexp", "metrics", "task_types"}


def check_custom(source: JsonSource, report: Report) -> None:
    """Report what is wrong with ``custom.json``."""
    if not isinstance(source.value, dict):
        report.error("custom_not_object", f"{source.file} must hold one JSON object.", file=source.file, at=source.at())
        return
    texts = {key: _text(source, key, report) for key in ("model_filepath", "score_name", "score_regexp")}
    if texts["model_filepath"]:
        _check_model_path(source, texts["model_filepath"], report)
    if texts["score_name"] and len(texts["score_name"]) > SCORE_NAME_MAX:
        text = f"score_name is longer than {SCORE_NAME_MAX} characters."
        report.error("long_score_name", text, file=source.file, at=source.at("score_name"))
    elif not texts["score_name"].isprintable():
        text = "score_name must be one line of text without control characters."
        report.error("bad_score_name", text, file=source.file, at=source.at("score_name"))
    if texts["score_regexp"]:
        _check_regexp(source, ("score_regexp",), texts["score_regexp"], report)
    _check_metrics(source, report)
    _check_task_types(source, report)


def check_presets(source: JsonSource, schema_keys: set[str], report: Report) -> None:
    """Report what is wrong with ``presets.json``."""
    if not isinstance(source.value, dict):
        report.error(
            "presets_not_object", f"{source.file} must hold one JSON object.", file=source.file, at=source.at()
        )
        return
    for key, value in source.value.items():
        at = source.at(key)
        if value is False:
            text = (
                f"{key!r} is false, and false is never passed to train.py; whatever train.py does without it happens."
            )
            report.warning("false_is_not_passed", text, file=source.file, at=at)
        if isinstance(value, dict) or (
            isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
        ):
            text = f"{key!r} is nested; published helper scripts cannot pass such a value to train.py."
            report.warning("nested_preset", text, file=source.file, at=at)
        if key in schema_keys:
            text = f"{key!r} is in the form, too; the value of {source.file} always wins, so the field has no effect."
            report.warning("preset_hides_field", text, file=source.file, at=at)


def _text(source: JsonSource, key: str, report: Report) -> str:
    value = source.value.get(key)
    if key not in source.value:
        report.error("missing_key", f"{source.file} has no {key!r}.", file=source.file, at=source.at())
    elif not isinstance(value, str):
        report.error("wrong_type", f"{key!r} must be a text.", file=source.file, at=source.at(key))
    elif not value.strip():
        report.error("empty_value", f"{key!r} is empty.", file=source.file, at=source.at(key))
    else:
        return value
    return ""


def _check_model_path(source: JsonSource, path: str, report: Report) -> None:
    at = source.at("model_filepath")
    problem = ""
    if not path.startswith("/"):
        problem = "must be absolute, e.g. /train/model.pt"
    elif ".." in path.split("/"):
        problem = "must not hold '..'"
    elif not path.isprintable():
        problem = "must not hold control characters"
    elif any(character in path for character in "*?["):
        problem = "must be one path; patterns (*, ?, [) are not expanded"
    elif any(path == folder or path.startswith(f"{folder}/") for folder in NOT_OF_THE_TRAINING):
        problem = "must lie where a training can write, e.g. /train/model.pt"
    elif posixpath.normpath(path) in {"/", "//"}:
        problem = "must name a file or a folder of its own"
    elif len(path) > MODEL_PATH_MAX:
        problem = f"must have at most {MODEL_PATH_MAX} characters"
    if problem:
        report.error("bad_model_path", f"model_filepath {problem}; it is {path[:200]!r}.", file=source.file, at=at)


def _check_regexp(source: JsonSource, path: tuple[str, ...], pattern: str, report: Report) -> None:
    problem = check_pattern(pattern)
    if problem is None:
        return
    name = ".".join(path)
    if problem.fatal:
        report.error("bad_regexp", f"{name}: {problem.message}", file=source.file, at=source.at(*path))
    else:
        report.warning("doubtful_regexp", f"{name}: {problem.message}", file=source.file, at=source.at(*path))


def _check_metrics(source: JsonSource, report: Report) -> None:
    metrics: Any = source.value.get("metrics", {})
    if not isinstance(metrics, dict) or not all(isinstance(value, str) for value in metrics.values()):
        text = "'metrics' must be an object: name → regular expression."
        report.error("wrong_type", text, file=source.file, at=source.at("metrics"))
        return
    if len(metrics) > MAX_METRICS:
        text = f"'metrics' names more than {MAX_METRICS} metrics."
        report.error("too_many_metrics", text, file=source.file, at=source.at("metrics"))
        return
    for name, pattern in metrics.items():
        if not name.strip() or len(name) > METRIC_NAME_MAX or not name.isprintable():
            text = f"The name of a metric must have 1 to {METRIC_NAME_MAX} characters"
            text += "." if name.isprintable() else " that can be seen."
            report.error("bad_metric_name", text, file=source.file, at=source.at("metrics", name))
        else:
            _check_regexp(source, ("metrics", name), pattern, report)


def _check_task_types(source: JsonSource, report: Report) -> None:
    kinds = source.value.get("task_types", [])
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        text = "'task_types' must be a list of texts, e.g. [\"classification\"]."
        report.error("wrong_type", text, file=source.file, at=source.at("task_types"))
    elif len(kinds) > MAX_TASK_TYPES or any(not kind.isprintable() or len(kind) > TASK_TYPE_MAX for kind in kinds):
        text = f"'task_types' must be at most {MAX_TASK_TYPES} words of at most {TASK_TYPE_MAX} characters."
        report.error("bad_task_types", text, file=source.file, at=source.at("task_types"))
