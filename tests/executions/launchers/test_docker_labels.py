"""Every layer of a build is labelled, and nobody notices."""

from __future__ import annotations

from tests.executions.launchers.benches import DOCKERFILE
from yard.executions.launchers.docker_labels import as_written, labelled
from yard.executions.launchers.dockerfile import parse_dockerfile

LABELS = {"trainyard.instance": 'a "b"'}
LINE = 'LABEL trainyard.instance="a \\"b\\""'
STAGES = "# escape=`\nARG X=1\nFROM `\n  base `\n  AS one\nRUN `\n  true\nFROM one\nFROB x\n"


def test_a_label_stands_behind_each_from() -> None:
    lines = labelled(STAGES, LABELS).split("\n")
    assert [number for number, line in enumerate(lines) if line == LINE] == [5, 9]
    assert lines[4] == "  AS one"
    assert lines[8] == "FROM one"


def test_everything_else_is_as_it_was() -> None:
    for text in (STAGES, DOCKERFILE, "", "RUN no from"):
        there = labelled(text, LABELS).split("\n")
        assert "\n".join(line for line in there if line != LINE) == text
        names = [each.name for each in parse_dockerfile(labelled(text, LABELS)) if each.name != "LABEL"]
        assert names == [each.name for each in parse_dockerfile(text)]


def test_errors_name_the_lines_that_the_user_wrote() -> None:
    given = labelled(STAGES, LABELS).split("\n")
    line = given.index("FROB x") + 1
    written = STAGES.split("\n").index("FROB x") + 1
    message = "dockerfile parse error line {}: unknown instruction: FROB"
    assert as_written(message.format(line), STAGES) == message.format(written)
    assert as_written(message.format(3), STAGES) == message.format(3)
