"""The definition of a plain constraint, as PostgreSQL would print it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from verification.catalog.model import quote


def printed(kind: str, columns: Sequence[str], parts: Mapping[str, Any]) -> str:
    """Of a primary key, a unique constraint or a foreign key that nothing unusual was said of."""
    text = f"{kind.upper()} ({', '.join(map(quote, columns))})"
    if kind != "foreign key":
        return text
    there = ", ".join(map(quote, parts["referenced_columns"]))
    text += f" REFERENCES {parts['references']}({there})"
    for event in ("update", "delete"):
        if (action := parts[f"on_{event}"]) != "no action":
            text += f" ON {event.upper()} {action.upper()}"
    return text
