"""A column of a table or a view."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from verification.catalog.model.privilege import Privilege


@dataclass(frozen=True, slots=True)
class NotNull:
    """What is unusual about a NOT NULL constraint; servers before PostgreSQL 18 keep no record."""

    name: str = ""
    validated: bool = True
    no_inherit: bool = False

    def __str__(self) -> str:
        """As in `hero_name_required NOT VALID`."""
        invalid = "" if self.validated else "NOT VALID"
        return " ".join(filter(None, (self.name, "NO INHERIT" * self.no_inherit, invalid)))


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Text that is empty stands for PostgreSQL's default for the type."""

    KIND: ClassVar[str] = "column"

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    identity: str = ""  # "always", "by default"
    generated: str = ""  # the expression
    generated_kind: str = ""  # "stored", "virtual"
    collation: str = ""
    storage: str = ""  # "plain", "external", "extended", "main"
    compression: str = ""  # "pglz", "lz4"
    statistics: int | None = None
    options: tuple[str, ...] = ()
    comment: str | None = None
    privileges: tuple[Privilege, ...] = ()
    not_null: NotNull | None = None
    number: int = field(default=0, compare=False)  # attnum; has gaps where columns were dropped
    inherited: bool = field(default=False, compare=False)
