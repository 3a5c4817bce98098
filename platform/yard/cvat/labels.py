"""The labels of a data set as CVAT takes them."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from yard.datasets.annotations.types import LabelSpec

LABEL_TYPES = {"any", "cuboid", "ellipse", "mask", "points", "polygon", "polyline", "rectangle", "skeleton", "tag"}
# How our label types are called there.
LABEL_TYPE_OF = {"box": "rectangle", "bbox": "rectangle"}
INPUT_TYPES = {"checkbox", "radio", "number", "select", "text"}


def label_requests(labels: list[LabelSpec], joints: dict[str, list[str]]) -> list[Any]:
    """The labels as ``cvat-sdk`` sends them; ``joints`` are those of skeletons, by label."""
    from cvat_sdk import models

    made = []
    for label in labels:
        fields: dict[str, Any] = {"name": label.name, "attributes": [_attribute(each) for each in label.attributes]}
        kind = LABEL_TYPE_OF.get(label.type, label.type)
        fields["type"] = kind if kind in LABEL_TYPES - {"skeleton"} else "any"
        if joints.get(label.name):
            fields |= {"type": "skeleton", "svg": _skeleton(joints[label.name])}
            fields["sublabels"] = [models.SublabelRequest(name=joint, type="points") for joint in joints[label.name]]
        if label.color:
            fields["color"] = label.color[:7]
        made.append(models.PatchedLabelRequest(**fields))
    return made


def _attribute(attribute: Any) -> Any:
    from cvat_sdk import models

    kind = attribute.input_type if attribute.input_type in INPUT_TYPES else "text"
    return models.AttributeRequest(
        name=attribute.name,
        mutable=attribute.mutable,
        input_type=models.InputTypeEnum(kind),
        default_value=attribute.default_value,
        values=list(attribute.values) or [attribute.default_value],
    )


def _skeleton(joints: list[str]) -> str:
    """The drawing that CVAT wants of a skeleton: its joints in a row, without edges, which our data has not."""
    step = 90 / max(len(joints) - 1, 1)
    return "".join(
        f'<circle r="0.75" cx="{5 + index * step:.2f}" cy="50" data-type="element node" data-element-id="{index + 1}" '
        f'data-node-id="{index + 1}" data-label-name={quoteattr(joint)}></circle>'
        for index, joint in enumerate(joints)
    )
