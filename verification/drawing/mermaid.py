"""The chosen tables as a Mermaid flowchart, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verification.drawing.choosing import Chosen, Mark
from verification.drawing.telling import cut, names_of
from verification.finding import Severity

LONGEST = 40
SIGN = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "🛈"}
# Seen on light and on dark ground: only the edge has a colour.
STYLE = {
    Severity.ERROR: "stroke:#d1242f,stroke-width:3px",
    Severity.WARNING: "stroke:#bf8700,stroke-width:3px",
    Severity.NOTE: "stroke:#0969da,stroke-width:2px",
}


def flowchart(chosen: Chosen) -> Iterator[str]:
    """The lines of the diagram; whatever a table is called, it is a label and nothing else."""
    names = names_of(chosen.boxes)
    number = {box.name: f"t{at}" for at, box in enumerate(chosen.boxes, 1)}
    yield "flowchart BT"
    for box in chosen.boxes:
        marks = chosen.marks.get(box.name, ())
        style = f":::{worst(marks)}" if marks else ""
        label = " ".join([label_of(names[box.name]), *_counts(marks)])
        yield f'  {number[box.name]}["{label}"]{style}'
    for box in chosen.boxes:
        for link in dict.fromkeys((link.table, link.columns) for link in box.links):
            table, columns = link
            if table in number:
                text = label_of(", ".join(columns))
                arrow = f'-- "{text}" -->' if text else "-.->"
                yield f"  {number[box.name]} {arrow} {number[table]}"
    yield from (f"  classDef {severity} {style}" for severity, style in STYLE.items())


def worst(marks: Sequence[Mark]) -> Severity:
    """The worst severity of these."""
    return max((mark.severity for mark in marks), key=lambda severity: severity.rank)


def _counts(marks: Sequence[Mark]) -> Iterator[str]:
    severities = [mark.severity for mark in marks]
    for severity in reversed(Severity):
        if severity in severities:
            yield f"{SIGN[severity]} {severities.count(severity)}"


def label_of(text: str) -> str:
    """The text with every character that could mean something written as Mermaid's entity."""
    return "".join(
        letter if letter.isalnum() or letter in " _.," else f"#{ord(letter)};"
        for letter in cut(text, LONGEST)
    )
