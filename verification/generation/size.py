"""Which of two values is the smaller one to show a person."""

from __future__ import annotations

from decimal import Decimal
from math import inf, isnan
from typing import Any


def size(value: Any) -> tuple[int, float]:
    """Short before long, small before large, positive before negative, plain before varied."""
    text = repr(value)
    if isinstance(value, (int, float, Decimal)):
        return len(text), _far(value)
    return len(text), len(set(text))


def _far(value: float | Decimal) -> float:
    try:
        number = float(value)
    except (ValueError, OverflowError):  # a signalling NaN; more than a float can be
        return inf
    return inf if isnan(number) else abs(number) + (number < 0) / 2
