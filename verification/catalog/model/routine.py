"""Functions, procedures and aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verification.catalog.model.name import qualify
from verification.catalog.model.privilege import Privilege


@dataclass(frozen=True, slots=True)
class Function:
    """A routine; two with the same name differ in the types of their arguments."""

    KIND: ClassVar[str] = "function"

    schema: str
    name: str
    identity: str  # the types of the arguments, as in "integer, text"
    kind: str  # "function", "procedure", "aggregate", "window"
    definition: str  # the whole CREATE statement; of an aggregate, its parts
    arguments: str = ""
    returns: str = ""
    language: str = "sql"
    volatility: str = "volatile"
    security_definer: bool = False
    strict: bool = False
    leakproof: bool = False
    parallel: str = "unsafe"
    cost: float = 0
    rows: float = 0
    settings: tuple[str, ...] = ()  # as in "search_path=pg_catalog"
    support: str = ""
    owner: str = ""
    privileges: tuple[Privilege, ...] = ()
    comment: str | None = None

    @property
    def signature(self) -> str:
        """As in `grow(integer, text)`."""
        return f"{qualify(self.name)}({self.identity})"

    @property
    def qualified(self) -> str:
        """`schema.function(types)`, quoted where PostgreSQL would quote."""
        return f"{qualify(self.schema)}.{self.signature}"
