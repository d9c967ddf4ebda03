"""The names that PostgreSQL gives to constraints and indexes that nobody named."""

from __future__ import annotations

from verification.catalog.model import Constraint, Index

LIMIT = 63  # bytes in a name
LABELS = {
    "primary key": "pkey",
    "foreign key": "fkey",
    "unique": "key",
    "exclude": "excl",
    "check": "check",
}


def generated_name(table: str, part: Constraint | Index) -> str:
    """The name that PostgreSQL would choose, if no other object has it."""
    if isinstance(part, Index):
        return joined(table, "_".join(name or "expr" for name in part.columns), "idx")
    if part.kind == "primary key":
        return joined(table, "", LABELS[part.kind])
    if part.kind == "check" and len(part.columns) != 1:
        return joined(table, "", LABELS[part.kind])
    return joined(table, "_".join(name or "expr" for name in part.columns), LABELS[part.kind])


def joined(table: str, columns: str, label: str) -> str:
    """The three parts joined by `_`, the longer of the first two cut until the name fits."""
    room = LIMIT - len(label) - 1 - (1 if columns else 0)
    first, second = len(table.encode()), len(columns.encode())
    while first + second > room:
        if first > second:
            first -= 1
        else:
            second -= 1
    parts = (_cut(table, first), _cut(columns, second), label)
    return "_".join(part for part in parts if part)


def _cut(text: str, size: int) -> str:
    # Never in the middle of a character.
    return text.encode()[:size].decode(errors="ignore")
