"""The Catalog: one immutable value for what a PostgreSQL database is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from verification.catalog.model.other import (
    DefaultPrivileges,
    EventTrigger,
    Extension,
    Other,
    Schema,
)
from verification.catalog.model.relation import Sequence, Table, View
from verification.catalog.model.routine import Function
from verification.catalog.model.server import Role, Server, Unreadable
from verification.catalog.model.type import Composite, Domain, Enum, Range

Thing = (
    Schema
    | Table
    | View
    | Sequence
    | Enum
    | Domain
    | Composite
    | Range
    | Function
    | Extension
    | DefaultPrivileges
    | EventTrigger
    | Other
)


def kind_of(thing: Thing) -> str:
    """The kind of an object in plain words, as in `table` or `foreign server`."""
    return thing.kind if isinstance(thing, Other) else thing.KIND


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything `pg_dump -s` would show, as values sorted by name.

    Facts about the server and the role, and what changes while a database is merely used (row
    estimates, a sequence's last value), are here too, but take no part in `==`, in a difference
    or in the fingerprint.
    """

    schemas: tuple[Schema, ...] = ()
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    enums: tuple[Enum, ...] = ()
    domains: tuple[Domain, ...] = ()
    composites: tuple[Composite, ...] = ()
    ranges: tuple[Range, ...] = ()
    functions: tuple[Function, ...] = ()
    extensions: tuple[Extension, ...] = ()
    default_privileges: tuple[DefaultPrivileges, ...] = ()
    event_triggers: tuple[EventTrigger, ...] = ()
    others: tuple[Other, ...] = ()
    server: Server | None = field(default=None, compare=False)
    role: Role | None = field(default=None, compare=False)
    unreadable: tuple[Unreadable, ...] = field(default=(), compare=False)
    content: str = field(default="", init=False, repr=False, compare=False)
    """What stands for all that takes part in `==`: equal where it is. Empty where nobody asked."""
    _named: dict[tuple[str, str], Thing] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _load: Callable[[], Catalog] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the things by kind and name."""
        self._named.update(((kind_of(thing), thing.qualified), thing) for thing in self.things())

    @classmethod
    def later(cls, content: str, load: Callable[[], Catalog]) -> Self:
        """A catalog that is not read before somebody looks into it; `content` must be true of it.

        Where two schemas are known to be equal, or to differ as they did before, nobody does.
        """
        made = object.__new__(cls)
        object.__setattr__(made, "content", content)
        object.__setattr__(made, "_load", load)
        return made

    if not TYPE_CHECKING:  # what it gives has the types of the fields

        def __getattr__(self, name: str) -> Any:
            """A field that is not there yet."""
            load = _LOAD.__get__(self) if name in _FIELDS else None
            if load is None:
                raise AttributeError(name)
            whole = load()
            for each in _FIELDS:
                object.__setattr__(self, each, getattr(whole, each))
            return getattr(self, name)

    def things(self) -> Iterator[Thing]:
        """Every object that is no part of another one."""
        return chain(
            self.schemas,
            self.tables,
            self.views,
            self.sequences,
            self.enums,
            self.domains,
            self.composites,
            self.ranges,
            self.functions,
            self.extensions,
            self.default_privileges,
            self.event_triggers,
            self.others,
        )

    def table(self, qualified: str) -> Table | None:
        """The table `schema.name`, quoted as PostgreSQL would quote it."""
        found = self._named.get((Table.KIND, qualified))
        return found if isinstance(found, Table) else None

    def view(self, qualified: str) -> View | None:
        """The view or materialised view `schema.name`."""
        found = self._named.get((View.KIND, qualified))
        return found if isinstance(found, View) else None

    def sequence(self, qualified: str) -> Sequence | None:
        """The sequence `schema.name`."""
        found = self._named.get((Sequence.KIND, qualified))
        return found if isinstance(found, Sequence) else None

    def enum(self, qualified: str) -> Enum | None:
        """The enumerated type `schema.name`."""
        found = self._named.get((Enum.KIND, qualified))
        return found if isinstance(found, Enum) else None

    def domain(self, qualified: str) -> Domain | None:
        """The domain `schema.name`."""
        found = self._named.get((Domain.KIND, qualified))
        return found if isinstance(found, Domain) else None

    def extension(self, name: str) -> Extension | None:
        """The extension of this name."""
        found = self._named.get((Extension.KIND, name))
        return found if isinstance(found, Extension) else None

    def facts(self) -> Server:
        """The server facts of a catalog that was read, never of one built by hand."""
        if self.server is None:
            raise ValueError("this catalog was not read from a server; use one that read() gave")
        return self.server


_LOAD: Any = Catalog.__dict__["_load"]
_FIELDS = {each.name for each in fields(Catalog)} - {"content", "_load"}
