"""The name of a PostgreSQL type, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from verification.catalog import Catalog

_WRITTEN = re.compile(
    r"^(?P<name>(?:\"(?:[^\"]|\"\")+\"|[^(\[\"])+?)"
    r"(?:\((?P<modifiers>[^)]*)\)(?P<rest> [a-z ]+)?)?"
    r"(?P<array>(?:\[\d*\])*)$"
)


@dataclass(frozen=True, slots=True)
class SqlType:
    """`character varying(20)[]` is `SqlType("character varying", (20,), array=True)`."""

    name: str
    modifiers: tuple[int, ...] = ()
    array: bool = False

    @property
    def limit(self) -> int | None:
        """The first modifier: a length, or a precision."""
        return self.modifiers[0] if self.modifiers else None

    @property
    def is_text(self) -> bool:
        """Whether any string will do."""
        return not self.array and self.name in TEXTS

    @property
    def is_number(self) -> bool:
        """Whether it can be compared with a number."""
        return not self.array and (self.name in INTEGERS or self.name in FRACTIONS)


TEXTS = frozenset({"text", "character varying", "character", "name", "citext", "public.citext"})
INTEGERS = {
    "smallint": 2**15 - 1,
    "integer": 2**31 - 1,
    "bigint": 2**63 - 1,
}  # the highest of each
FRACTIONS = frozenset({"numeric", "real", "double precision", "money"})
TIMES = frozenset(
    {
        "date",
        "timestamp without time zone",
        "timestamp with time zone",
        "time without time zone",
        "time with time zone",
        "interval",
    }
)


@lru_cache(maxsize=4096)
def read_type(text: str) -> SqlType:
    """Take apart a type as `format_type` prints it."""
    match = _WRITTEN.match(text)
    if match is None:
        return SqlType(text)
    modifiers = tuple(
        int(part) for part in (match["modifiers"] or "").split(",") if part.strip(" -").isdigit()
    )
    name = match["name"] + (match["rest"] or "")  # `timestamp(3) without time zone`
    return SqlType(name.strip(), modifiers, bool(match["array"]))


def resolve(catalog: Catalog, text: str) -> str:
    """The type under every domain around it."""
    while domain := catalog.domain(text):
        text = domain.type
    return text
