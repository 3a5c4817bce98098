"""What was done to a data set, in the audit log."""

from __future__ import annotations

from typing import Any

from yard.accounts.models import User
from yard.core import audit
from yard.datasets.models import Dataset


def dataset_audit(dataset: Dataset, action: str, actor: User | None, details: dict[str, Any]) -> None:
    """Write an entry that the admins of the data set's project may read; see ``audit.record``."""
    audit.record(
        action,
        actor=actor,
        object_type="dataset",
        object_id=dataset.pk,
        object_name=dataset.name,
        project_id=dataset.project_id,
        details=details,
    )
