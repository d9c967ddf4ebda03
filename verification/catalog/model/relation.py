"""Tables and views, with everything that lives in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from verification.catalog.model.behaviour import Policy, Rule, Statistics, Trigger
from verification.catalog.model.column import Column
from verification.catalog.model.constraint import Constraint
from verification.catalog.model.index import Index
from verification.catalog.model.name import qualify, quote
from verification.catalog.model.privilege import Privilege

Part = Column | Constraint | Index | Trigger | Policy | Rule | Statistics


@dataclass(frozen=True, slots=True)
class Table:
    """A table; columns in their own order, all else sorted by name."""

    KIND: ClassVar[str] = "table"

    schema: str
    name: str
    kind: str = "ordinary"  # "ordinary", "partitioned", "foreign"
    owner: str = ""
    persistence: str = "permanent"  # "permanent", "unlogged"
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    policies: tuple[Policy, ...] = ()
    rules: tuple[Rule, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    row_security: bool = False
    force_row_security: bool = False
    privileges: tuple[Privilege, ...] = ()
    options: tuple[str, ...] = ()
    partition_key: str = ""
    partition_bound: str = ""
    inherits: tuple[str, ...] = ()  # parents, the partitioned table of a partition included
    replica_identity: str = "default"  # "default", "nothing", "full", or the index's name
    access_method: str = ""  # empty stands for heap
    tablespace: str = ""
    of_type: str = ""
    server: str = ""  # of a foreign table
    comment: str | None = None
    estimated_rows: float = field(default=-1, compare=False)  # -1: never counted

    @property
    def qualified(self) -> str:
        """`schema.table`, quoted where PostgreSQL would quote."""
        return qualify(self.schema, self.name)

    def subject(self, part: Part) -> str:
        """The full name of a part of this table: `public.hero.name`, of an index `public.index`."""
        return subject(self, part)

    def column(self, name: str) -> Column | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def primary_key(self) -> Constraint | None:
        """The primary key constraint."""
        return next((each for each in self.constraints if each.kind == "primary key"), None)


@dataclass(frozen=True, slots=True)
class View:
    """A view or a materialised view."""

    KIND: ClassVar[str] = "view"

    schema: str
    name: str
    kind: str = "view"  # "view", "materialised view"
    definition: str = ""
    owner: str = ""
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    rules: tuple[Rule, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    options: tuple[str, ...] = ()  # as in "security_invoker=true"
    privileges: tuple[Privilege, ...] = ()
    populated: bool = True
    access_method: str = ""
    tablespace: str = ""
    comment: str | None = None
    estimated_rows: float = field(default=-1, compare=False)

    @property
    def qualified(self) -> str:
        """`schema.view`, quoted where PostgreSQL would quote."""
        return qualify(self.schema, self.name)

    def subject(self, part: Part) -> str:
        """The full name of a part of this view."""
        return subject(self, part)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence, those behind serial and identity columns included."""

    KIND: ClassVar[str] = "sequence"

    schema: str
    name: str
    type: str
    start: int
    increment: int
    min: int
    max: int
    cycle: bool
    cache: int
    owner: str = ""
    persistence: str = "permanent"
    owned_by: str = ""  # "schema.table.column"
    identity: bool = False  # it belongs to an identity column
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None
    last_value: int | None = field(default=None, compare=False)  # None: never used, or not readable

    @property
    def qualified(self) -> str:
        """`schema.sequence`, quoted where PostgreSQL would quote."""
        return qualify(self.schema, self.name)


def subject(whole: Table | View, part: Part) -> str:
    """The full name of a part; an index has its own in the schema of its table."""
    if isinstance(part, Index):
        return qualify(whole.schema, part.name)
    if isinstance(part, Statistics):
        return qualify(part.schema, part.name)
    return f"{whole.qualified}.{quote(part.name)}"
