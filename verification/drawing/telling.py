"""What a drawn table says: its name, the columns worth showing, and which of them are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verification.drawing.choosing import Mark
from verification.picture import Box, Row
from verification.text import plain

HEAD, LINE = 28, 18  # pixels of the name and of each row
MOST_ROWS = 9
LETTERS = 25  # of the smaller letters that fit into a row
SHORTEST = 6  # what is cut to less says nothing
SHORT = {
    "character varying": "varchar",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "double precision": "float8",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A row of a drawn table: a column, its type or where it leads, the finding that marks it."""

    y: float
    row: Row
    name: str
    aside: str
    mark: Mark | None = None


def names_of(boxes: Sequence[Box]) -> Mapping[str, str]:
    """What each table is called: without its schema where all are in the usual one."""
    usual = all(box.name.startswith("public.") for box in boxes)
    return {box.name: box.name.removeprefix("public.") if usual else box.name for box in boxes}


def _short(kind: str) -> str:
    """The type by its shorter name, where PostgreSQL knows one."""
    for name, short in SHORT.items():
        kind = kind.replace(name, short)
    return kind.removeprefix("public.")


def cut(text: str, most: int) -> str:
    """The text in at most so many letters, nothing of it unprintable."""
    shown = plain(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def told(box: Box, marks: Sequence[Mark], names: Mapping[str, str]) -> tuple[tuple[Told, ...], int]:
    """The columns worth showing: marked ones, keys, and where there is room, the others."""
    worst: dict[str, Mark] = {}
    for mark in sorted(marks, key=lambda each: each.severity.rank):
        worst |= dict.fromkeys(mark.columns, mark)
    leads = {link.columns[0]: link.table for link in box.links if link.columns}
    order = sorted(
        box.rows, key=lambda row: (row.name not in worst, not (row.key or row.name in leads))
    )
    most = MOST_ROWS if len(box.rows) <= MOST_ROWS else MOST_ROWS - 1
    kept = {row.name for row in order[:most]}
    rows: list[Told] = []
    for row in box.rows:
        if row.name in kept:
            name = cut(row.name, LETTERS)
            to = leads.get(row.name)
            aside = f"→ {names.get(to, to.removeprefix('public.'))}" if to else _short(row.type)
            left = LETTERS - len(name) - 2
            shown = cut(aside, left) if left >= min(len(plain(aside)), SHORTEST) else ""
            y = HEAD + len(rows) * LINE
            rows.append(Told(y, row, name, shown, worst.get(row.name)))
    return tuple(rows), len(box.rows) - len(rows)
