from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from verification.generation.difference import differs
from verification.generation.storing import Unreadable

DAY, NAIVE = date(2024, 5, 6), datetime(2024, 5, 6, 7)  # noqa: DTZ001 - that it has no zone is the case
AWARE = NAIVE.replace(tzinfo=UTC)
Level = IntEnum("Level", ["low"])


class Name(StrEnum):
    """Read by its name, as SQLAlchemy's own Enum does it."""

    LOW = "low"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (0.1, Decimal("0.1")),
        (5, Decimal("5.00")),
        (Decimal("0.1"), 0.1),
        (True, 1),
        (Level.low, 1),
        ("LOW", Name.LOW),
        (float("nan"), float("nan")),
        (Decimal("sNaN"), Decimal("NaN")),
        (AWARE, AWARE.astimezone(timezone(timedelta(hours=5)))),
        (DAY, datetime(2024, 5, 6)),  # noqa: DTZ001 - as a timestamp column gives it
        ("a", b"a"),
        ({"a": 1}, {"a": 2}),
    ],
)
def test_is_still_the_same(written: Any, found: Any) -> None:
    assert not differs(written, found)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (0.125, Decimal("0.13")),
        (2**53 + 1, float(2**53)),
        (1.5, 2),
        (NAIVE, AWARE),
        (AWARE, NAIVE),
        (NAIVE, DAY),
        ("a", "a "),
        (AWARE, Unreadable("year 10000 is out of range")),
    ],
)
def test_is_another_one(written: Any, found: Any) -> None:
    assert differs(written, found)
