"""Values of ordered types as whole numbers and back, so that what lies between can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from verification.generation.sqltype import FRACTIONS, INTEGERS, SqlType

PARTS, ROUNDS = 64, 8
PLACES = 6  # of a fraction whose type does not limit them
_DAY = date(1970, 1, 1)
_MOMENT = datetime(1970, 1, 1)  # noqa: DTZ001 - written and read without a zone
_ZONED = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Measure:
    """How the values of one type are counted: in steps, each of which is the next value."""

    kind: SqlType

    @classmethod
    def of(cls, kind: SqlType) -> Measure | None:
        """None where the values of a type have no next one."""
        counted = kind.name in {*INTEGERS, *FRACTIONS, "date"} or kind.name.startswith("timestamp")
        return cls(kind) if counted and not kind.array and kind.name != "money" else None

    def steps(self, text: str) -> int | None:
        """How many steps the value is from zero; None where it is not of the ordinary kind."""
        try:
            if self.kind.name == "date":
                return (date.fromisoformat(text) - _DAY).days
            if self.kind.name == "timestamp with time zone":
                return (datetime.fromisoformat(text) - _ZONED) // _MICROSECOND
            if self.kind.name.startswith("timestamp"):
                return (datetime.fromisoformat(text) - _MOMENT) // _MICROSECOND
            return int(Decimal(text).scaleb(self._places))
        except (ValueError, TypeError, OverflowError, InvalidOperation):
            return None

    def text(self, steps: int) -> str:
        """The value that is so many steps from zero. Raises OverflowError beyond the calendar."""
        if self.kind.name == "date":
            return (_DAY + timedelta(days=steps)).isoformat()
        if self.kind.name == "timestamp with time zone":
            return (_ZONED + steps * _MICROSECOND).isoformat(" ")
        if self.kind.name.startswith("timestamp"):
            return (_MOMENT + steps * _MICROSECOND).isoformat(" ")
        return f"{Decimal(steps).scaleb(-self._places):f}"

    @property
    def _places(self) -> int:
        if self.kind.name in INTEGERS:
            return 0
        if self.kind.name == "numeric" and self.kind.modifiers:
            return self.kind.modifiers[1] if len(self.kind.modifiers) > 1 else 0
        return PLACES


def between(low: int, high: int) -> list[int]:
    """Up to 63 whole numbers between two, in order from the first to the second."""
    gap = high - low
    points = {low + gap * n // PARTS for n in range(1, PARTS)}
    return sorted(points - {low, high}, reverse=gap < 0)


def approached(inside: int, outside: int, good: Callable[[list[int]], list[bool]]) -> int:
    """The last number that is still good on the way from one that is to one that is not."""
    for _ in range(ROUNDS):
        points = between(inside, outside)
        if not points:
            break
        told = good(points)
        kept = told.index(False) if False in told else len(points)
        outside = points[kept] if kept < len(points) else outside
        inside = points[kept - 1] if kept else inside
    return inside
