"""Classes with too few examples."""

from __future__ import annotations

from collections.abc import Iterator

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.facts import Found
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity

RARE = Kind(
    "class.rare",
    "Classes with too few examples",
    Severity.WARNING,
    "A model can hardly learn a class from a handful of examples, and after the split hardly one is left to test it.",
    "Label more of them, merge the class into a wider one, or remove it.",
    ("remove_class", "merge_classes"),
)
UNUSED = Kind(
    "class.unused",
    "Classes without any example",
    Severity.INFO,
    "They are declared, but no shape has them. Training code still makes an output for each.",
    "Remove them, unless they are still to be labelled.",
    ("remove_class",),
)


class RareClasses(Check):
    """Classes with fewer shapes than it takes, or none. Says nothing while nothing at all is labelled."""

    kinds = (RARE, UNUSED)
    local = False

    def conclude(self) -> Iterator[Found]:
        if not self.dataset.annotated_count:
            return
        for label in sorted(self.dataset.labels.values(), key=lambda label: (label.shape_count, label.name)):
            if label.shape_count >= self.options.few_examples:
                continue
            kind = RARE if label.shape_count else UNUSED
            message = f"The class {label.name} has " + (
                f"only {label.shape_count} example{'s' if label.shape_count > 1 else ''}."
                if label.shape_count
                else "no example."
            )
            details = {"name": label.name, "shapes": label.shape_count}
            yield Found(kind, message, (label.name,), label_id=label.id, details=details)
