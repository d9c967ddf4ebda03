"""Everything else that a database holds: schemas, extensions, default privileges, the rare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verification.catalog.model.name import quote
from verification.catalog.model.privilege import Privilege


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema that is the project's own."""

    KIND: ClassVar[str] = "schema"

    name: str
    owner: str = ""
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """The name, quoted where PostgreSQL would quote."""
        return quote(self.name)


@dataclass(frozen=True, slots=True)
class Extension:
    """An installed extension; its objects are not the project's."""

    KIND: ClassVar[str] = "extension"

    name: str
    version: str
    schema: str
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """The name, quoted where PostgreSQL would quote."""
        return quote(self.name)


@dataclass(frozen=True, slots=True)
class DefaultPrivileges:
    """What is granted on the objects that one role will create, in a schema or everywhere."""

    KIND: ClassVar[str] = "default privileges"

    role: str
    schema: str  # empty: everywhere
    objects: str  # "tables", "sequences", "functions", "types", "schemas"
    privileges: tuple[Privilege, ...] = ()

    @property
    def qualified(self) -> str:
        """As in `tables of migrator in public`."""
        place = f" in {quote(self.schema)}" if self.schema else ""
        return f"{self.objects} of {quote(self.role)}{place}"


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """A trigger that fires on DDL."""

    KIND: ClassVar[str] = "event trigger"

    name: str
    event: str
    function: str
    enabled: str = "origin"
    tags: tuple[str, ...] = ()
    owner: str = ""
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """The name, quoted where PostgreSQL would quote."""
        return quote(self.name)


@dataclass(frozen=True, slots=True)
class Other:
    """A rarer object: its kind in plain words, its parts as one text that the server composed."""

    KIND: ClassVar[str] = "other"

    kind: str  # "operator", "cast", "collation", "publication", "foreign server", ...
    schema: str  # empty where the kind has none
    name: str
    definition: str
    owner: str = ""
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None

    @property
    def qualified(self) -> str:
        """The name as the server composed it, under its schema where it has one."""
        return f"{quote(self.schema)}.{self.name}" if self.schema else self.name
