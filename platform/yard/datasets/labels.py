"""The classes of a data set, made as they are met."""

from __future__ import annotations

from dataclasses import asdict

from yard.datasets.annotations.types import PALETTE, AttributeSpec, LabelSpec
from yard.datasets.models import Dataset, Label


class LabelBook:
    """The data set's labels by name."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._labels = {label.name: label for label in dataset.labels.all()}

    def get(self, name: str) -> Label:
        """The label of this name, made if there is none."""
        return self._labels.get(name) or self.define(LabelSpec(name))

    def define(self, spec: LabelSpec) -> Label:
        """The label as the file declares it; one that is there already stays as it is."""
        found = self._labels.get(spec.name)
        if found is None:
            found, _ = Label.objects.get_or_create(
                dataset=self._dataset,
                name=spec.name,
                defaults={
                    "color": spec.color or PALETTE[len(self._labels) % len(PALETTE)],
                    "type": spec.type[:20],
                    "attributes": [asdict(attribute) for attribute in spec.attributes],
                },
            )
            self._labels[spec.name] = found
        return found


def spec_of(label: Label) -> LabelSpec:
    """The label as annotation files declare it."""
    attributes = [AttributeSpec(**attribute) for attribute in label.attributes]
    return LabelSpec(label.name, label.color, label.type, attributes)
