"""The types that a project defines itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verification.catalog.model.column import Column
from verification.catalog.model.name import qualify, quote
from verification.catalog.model.privilege import Privilege


@dataclass(frozen=True, slots=True)
class Enum:
    """An enumerated type, its labels in order."""

    KIND: ClassVar[str] = "enum"

    schema: str
    name: str
    labels: tuple[str, ...]
    owner: str = ""
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """`schema.type`, quoted where PostgreSQL would quote."""
        return qualify(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class DomainConstraint:
    """A check of a domain."""

    KIND: ClassVar[str] = "domain constraint"

    name: str
    definition: str
    validated: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain over another type."""

    KIND: ClassVar[str] = "domain"

    schema: str
    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    collation: str = ""
    constraints: tuple[DomainConstraint, ...] = ()
    owner: str = ""
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """`schema.type`, quoted where PostgreSQL would quote."""
        return qualify(self.schema, self.name)

    def subject(self, part: DomainConstraint) -> str:
        """The full name of a constraint of this domain."""
        return f"{self.qualified}.{quote(part.name)}"


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite type."""

    KIND: ClassVar[str] = "composite type"

    schema: str
    name: str
    columns: tuple[Column, ...]
    owner: str = ""
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """`schema.type`, quoted where PostgreSQL would quote."""
        return qualify(self.schema, self.name)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Each attribute as in `street text`."""
        return tuple(f"{quote(column.name)} {column.type}" for column in self.columns)

    def subject(self, part: Column) -> str:
        """The full name of an attribute of this type."""
        return f"{self.qualified}.{quote(part.name)}"


@dataclass(frozen=True, slots=True)
class Range:
    """A range type."""

    KIND: ClassVar[str] = "range type"

    schema: str
    name: str
    subtype: str
    opclass: str = ""
    collation: str = ""
    canonical: str = ""
    difference: str = ""
    multirange: str = ""
    owner: str = ""
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """`schema.type`, quoted where PostgreSQL would quote."""
        return qualify(self.schema, self.name)
