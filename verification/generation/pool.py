"""Candidate values for a column, as PostgreSQL's own input text, the simplest first."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise, product

from verification.catalog import Catalog
from verification.generation.candidates import (
    FIXED,
    WORDS,
    documents,
    integers,
    numbers,
    texts,
    times,
)
from verification.generation.literals import Literals
from verification.generation.sqltype import FRACTIONS, INTEGERS, TIMES, SqlType, read_type, resolve

RANGES = {
    "int4range": "integer",
    "int8range": "bigint",
    "numrange": "numeric",
    "tsrange": "timestamp without time zone",
    "tstzrange": "timestamp with time zone",
    "daterange": "date",
}


def pool(catalog: Catalog, type_text: str, hints: Literals) -> tuple[str, ...]:
    """Candidates for a type, with those that the constants of its checks suggest; never NULL."""
    kind = read_type(resolve(catalog, type_text))
    found = dict.fromkeys(_candidates(catalog, kind, hints))
    return tuple(text for text in found if fits(kind, text))


def _candidates(  # noqa: PLR0911 - one for each kind of type
    catalog: Catalog, kind: SqlType, hints: Literals
) -> Iterator[str]:
    name = kind.name.rsplit(".", 1)[-1]
    if kind.array:
        return _arrays(catalog, kind, hints)
    if found := catalog.enum(kind.name):
        return iter(found.labels)
    if kind.is_text or name in {"citext", '"char"'}:
        return texts(hints)
    if name in INTEGERS:
        return integers(INTEGERS[name], hints)
    if name in FRACTIONS:
        return numbers(hints)
    if name in TIMES and name != "interval":
        return times(name, hints)
    return _rarer(catalog, kind, name, hints)


def _rarer(catalog: Catalog, kind: SqlType, name: str, hints: Literals) -> Iterator[str]:
    if name in {"bit", "bit varying"}:
        size = kind.limit or (1 if name == "bit" else 4)
        yield from ("0" * size, "1" * size, ("10" * size)[:size], ("01" * size)[:size])
    elif name in {"json", "jsonb"}:
        yield from (*FIXED[name], *documents(hints))
    elif element := _range_over(catalog, kind.name):
        yield from _ranges(pool(catalog, element, hints))
    elif name == "vector":
        yield from ("[" + ",".join([str(n)] * (kind.limit or 3)) + "]" for n in (1, 0, 2))
    elif composite := next((c for c in catalog.composites if c.qualified == kind.name), None):
        types = (attribute.split(" ", 1)[-1] for attribute in composite.attributes)
        for chosen in product(*(pool(catalog, each, Literals())[:2] for each in types)):
            yield "(" + ",".join(map(_quoted, chosen)) + ")"
    else:
        yield from (*hints.strings, *FIXED.get(name, WORDS))


def _arrays(catalog: Catalog, kind: SqlType, hints: Literals) -> Iterator[str]:
    modifiers = f"({','.join(map(str, kind.modifiers))})" if kind.modifiers else ""
    elements = pool(catalog, kind.name + modifiers, hints)
    lengths = [int(float(n)) for n in hints.numbers if abs(float(n)) <= 100]  # noqa: PLR2004 - arrays stay small
    sizes = [1, 2, 0, 3, *(n + step for n in lengths for step in (0, 1, -1))]
    for size in dict.fromkeys(size for size in sizes if size >= 0):
        for start in (0, 1, 2):
            turned = (
                [elements[(start + n) % len(elements)] for n in range(size)] if elements else []
            )
            yield "{" + ",".join(map(_quoted, turned)) + "}"
    yield from ("{" + _quoted(element) + "}" for element in elements[:40])
    if elements:
        yield "{" + _quoted(elements[0]) + ",NULL}"


def _ranges(bounds: tuple[str, ...]) -> Iterator[str]:
    chosen = bounds[:8]
    for low, high in (*pairwise(chosen), *product(chosen, chosen)):
        if low != high:
            yield f'["{low}","{high}")'  # those upside down are refused by the judge
    yield from ("empty", "(,)", *(f'["{low}",)' for low in chosen[:2]))


def _range_over(catalog: Catalog, name: str) -> str | None:
    if name in RANGES:
        return RANGES[name]
    return next((item.subtype for item in catalog.ranges if item.qualified == name), None)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fits(kind: SqlType, text: str) -> bool:
    """Whether a cast to the type would keep the text as it is."""
    if kind.array or kind.limit is None:
        return True
    if kind.name in {"character varying", "character"}:
        return len(text) <= kind.limit
    if kind.name == "numeric":
        scale = kind.modifiers[1] if len(kind.modifiers) > 1 else 0
        return abs(Decimal(text)) < Decimal(10) ** (kind.limit - scale)
    return True
