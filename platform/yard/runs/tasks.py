"""What the worker does for runs: short, and harmless when done twice."""

from __future__ import annotations

from yard.storage.objects import object_delete


def logs_delete_task(logs: list[tuple[str, str]]) -> None:
    """Remove the logs (bucket, key) of a deleted run."""
    for bucket, key in logs:
        object_delete(bucket=bucket, key=key)
