"""What the doctor can find: the kinds of finding with their words, and what can be done about them."""

from __future__ import annotations

from dataclasses import dataclass

from yard.datasets.models import Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding.

    Attributes:
        code: Stable name such as ``shape.outside``.
        title: What people call it, about several ("Shapes outside of the image").
        severity: How bad each of them is.
        explanation: What it is, and why it matters for training.
        advice: What to do about it.
        repairs: Codes of the repairs that help, the best one first.
    """

    code: str
    title: str
    severity: Severity
    explanation: str
    advice: str
    repairs: tuple[str, ...] = ()
