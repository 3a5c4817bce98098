"""A small XML file as a tree, with everything off that a file of somebody else's could misuse."""

from __future__ import annotations

from typing import Any

from lxml import etree

from yard.datasets.annotations.formats.base import LabelFile, Unreadable
from yard.datasets.texts import shown

MAX_BYTES = 16 << 20


def xml_tree(file: LabelFile) -> Any:
    """The root element. Raises ``Unreadable``: no XML, a DOCTYPE, or more than 16 MiB for one image."""
    if file.size > MAX_BYTES:
        raise Unreadable(f"it has {file.size} bytes; at most {MAX_BYTES} are allowed for one image")
    with file.open() as stream:
        content = stream.read(MAX_BYTES + 1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "position", (None, None))[0]
        raise Unreadable(
            f"it is not well-formed XML: {shown(str(error), 200).rstrip('.')}", extra={"line": line}
        ) from error
    if root is None:
        raise Unreadable("it is empty")
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise Unreadable("it has a DOCTYPE, which no labelling tool writes")
    return root
