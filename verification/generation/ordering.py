"""Rules across two fields that only a validator knows: that one is not beyond the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any

from verification.catalog import Table, quote
from verification.generation.accepting import Refused
from verification.generation.inputs import Input
from verification.generation.sqltype import FRACTIONS, INTEGERS, read_type
from verification.generation.whole import whole

NUMBERS = ("1", "5", "10", "100", "0")
SAMPLES = {
    "date": ("2024-03-01", "2024-05-02", "2031-01-01"),
    "timestamp with time zone": ("2024-03-01T00:00:00Z", "2024-05-02T00:00:00Z"),
    "timestamp without time zone": ("2024-03-01T00:00:00", "2024-05-02T00:00:00"),
} | dict.fromkeys((*INTEGERS, *FRACTIONS), NUMBERS)
MANY = 8  # ordered fields of one class that are compared


@dataclass(frozen=True, slots=True)
class Ordering:
    """One field must not be beyond another; `broken` are values that both take by themselves."""

    low: str
    high: str
    check: str
    columns: tuple[str, str]
    broken: tuple[str, str]


def orderings(given: Input, table: Table) -> Iterator[Ordering]:
    """Every such rule of a class that has validators across its fields."""
    decorators = getattr(given.cls, "__pydantic_decorators__", None)
    if decorators is None or not decorators.model_validators:
        return
    alike: dict[str, list[str]] = {}
    for field, mapped in given.columns.items():
        column = table.column(mapped.name)
        name = read_type(column.type).name if column else ""
        if name in SAMPLES and not mapped.foreign_keys and not mapped.primary_key:
            alike.setdefault(name, []).append(field)
    for name, fields in alike.items():
        for low, high in permutations(fields[:MANY], 2):
            if found := _ordering(given, low, high, SAMPLES[name]):
                yield found


def _ordering(given: Input, low: str, high: str, samples: tuple[str, ...]) -> Ordering | None:
    """The rule, where the right order is taken and the wrong one is not."""
    for one, other in combinations(samples, 2):
        less, more = sorted((one, other), key=lambda text: float(text) if text in NUMBERS else text)
        if not _takes(given.cls, {low: less, high: more}):
            continue
        if _takes(given.cls, {low: more, high: less}):
            return None
        sign = "<=" if _takes(given.cls, {low: less, high: less}) else "<"
        names = (given.columns[low].name, given.columns[high].name)
        check = f"{quote(names[0])} {sign} {quote(names[1])}"
        return Ordering(low, high, check, names, (more, less))
    return None


def _takes(cls: Any, values: dict[str, str]) -> bool:
    try:
        whole(cls, values)
    except Refused:
        return False
    return True
