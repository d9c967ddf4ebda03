"""A constraint of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint: "primary key", "foreign key", "check", "unique" or "exclude"."""

    KIND: ClassVar[str] = "constraint"

    name: str
    kind: str
    columns: tuple[str, ...]
    definition: str
    references: str = ""  # "schema.table"
    referenced_columns: tuple[str, ...] = ()
    on_delete: str = ""  # "no action", "restrict", "cascade", "set null", "set default"
    on_update: str = ""
    match: str = ""  # "full"; empty stands for simple
    deferrable: bool = False
    deferred: bool = False
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    nulls_not_distinct: bool = False
    period: bool = False
    comment: str | None = None
    inherited_from: str = ""  # "schema.table.constraint" of the partitioned table
    inherited: bool = field(default=False, compare=False)

    @property
    def expression(self) -> str:
        """What a check demands, as PostgreSQL prints it; empty for the other kinds."""
        if self.kind != "check":
            return ""
        text = self.definition.removesuffix(" NOT ENFORCED").removesuffix(" NOT VALID")
        return text.removesuffix(" NO INHERIT").removeprefix("CHECK (").removesuffix(")")
