"""What every remedy is, and what it works on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import QuerySet

from yard.core.errors import InvalidInput
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.options import Options
from yard.datasets.models import Dataset, Finding

EXAMPLES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants repaired.

    Attributes:
        code: The kind of finding.
        fingerprints: Of the chosen findings; None for all of the kind that are not intended.
        options: What was chosen, as the remedy's ``checked`` gives it.
        thresholds: Of the examination that found it.
        prepared: What the remedy has put into the store before: image id → digest and size.
    """

    dataset: Dataset
    code: str
    fingerprints: frozenset[str] | None
    options: dict[str, Any]
    thresholds: Options
    prepared: dict[int, tuple[str, int]] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """The findings that it is about, as they are on record now."""
        found: QuerySet[Finding] = Finding.objects.filter(dataset=self.dataset, code=self.code)
        if self.fingerprints is None:
            return list(found.filter(intended=False).order_by("pk"))
        rows: list[Finding] = []
        for some in in_batches_of_text(sorted(self.fingerprints)):
            rows += found.filter(fingerprint__in=some)
        return sorted(rows, key=lambda finding: finding.pk)


@dataclass(slots=True)
class Example:
    """One image before and after; ``after`` is None when the image goes."""

    image_id: int
    before: list[ShapeAnnotation] = field(default_factory=list)
    after: list[ShapeAnnotation] | None = None


@dataclass(slots=True)
class Outcome:
    """What a repair changes, or has changed.

    Attributes:
        images: Images that are changed or removed.
        numbers: What else there is to count, for people: "shapes removed" → 3.
        notes: Sentences on what should be known before.
        examples: A few of the images.
        files: Names of files that go, or get other content, once the change is through.
    """

    images: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """Count something by its name, as people read it."""
        if number:
            self.numbers[what] = self.numbers.get(what, 0) + number

    def show(self, example: Example) -> None:
        """Keep an example, if there is room."""
        if len(self.examples) < EXAMPLES_SHOWN:
            self.examples.append(example)

    @property
    def changes_something(self) -> bool:
        return bool(self.images or self.numbers)


class Remedy(ABC):
    """A way to repair findings.

    Attributes:
        code: Stable name.
        title: The button's words.
        explanation: What will be done.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    explanation: ClassVar[str]

    def checked(self, dataset: Dataset, options: dict[str, Any]) -> dict[str, Any]:
        """The options that it knows. Raises ``InvalidInput`` for what makes no sense."""
        return {}

    def prepare(self, order: Order) -> None:  # noqa: B027 - most need nothing
        """What has to be in the store before anything is changed. Called outside of a transaction, perhaps twice."""

    @abstractmethod
    def carry_out(self, order: Order, *, dry: bool) -> Outcome:
        """Do it, in the caller's transaction; with ``dry`` only say what it would do."""


def refuse_option(name: str, message: str) -> InvalidInput:
    """The error for an option that makes no sense."""
    return InvalidInput(message, extra={"errors": [{"path": ["options", name], "message": message}]})


def in_batches_of_text(values: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """The values in lists that a query can ask for at once."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def image_ids(findings: Sequence[Finding]) -> list[int]:
    """Their images, each once, in the order of the findings."""
    return list(dict.fromkeys(finding.image_id for finding in findings if finding.image_id is not None))
