"""Whether what is read is what was written."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isnan
from typing import Any

from verification.generation.storing import Unreadable

PLAIN = (str, bool, int, float, Decimal, date, time, timedelta, bytes)


def differs(written: Any, found: Any) -> bool:
    """Whether a plain value came back as another one, or not at all."""
    if isinstance(found, Unreadable):
        return True
    if not isinstance(written, PLAIN) or isinstance(written, Enum) or isinstance(found, Enum):
        return False  # by name here and by value there: the type's own business
    if _nan(written):
        return False
    if _is_number(written) and _is_number(found):
        return bool(_as_written(written) != _as_written(found))
    if isinstance(written, date) and isinstance(found, date):
        return _moves(written, found)
    return isinstance(found, type(written)) and bool(written != found)


def _moves(written: date, found: date) -> bool:
    """Whether a day or a moment is another one; a column may keep only the day of a moment."""
    if isinstance(written, datetime) and isinstance(found, datetime):
        return (written.tzinfo is None) != (found.tzinfo is None) or written != found
    return _moment(written) != _moment(found)


def _moment(value: date) -> datetime:
    """A day as its first moment, whatever the zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _as_written(number: Any) -> Any:
    """0.1 is the same as a float and as a decimal."""
    return Decimal(repr(number)) if isinstance(number, float) else number


def _nan(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, float) and isnan(value)
