"""One fault to plant: which object, what is done to it, the statements that do it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """A single change of a schema."""

    subject: str  # "public.hero.name"
    change: str  # "drop column"
    sql: str

    def __str__(self) -> str:
        """As in `drop column public.hero.name`."""
        return f"{self.change} {self.subject}"


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"
