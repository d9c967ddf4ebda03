"""Values that models are known to accept and databases to refuse or alter, the smallest first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

NUL, SURROGATE = "\x00", "\ud800"
DIGITS = str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_chance = random.Random(0)  # noqa: S311 - not for secrets; compression must find nothing in it
NOISE = "".join(_chance.choice(_LETTERS) for _ in range(9000))
"""Longer than any btree index can hold, and beyond compression."""

WHOLE = [n for size in (15, 31, 63) for n in (2**size, -(2**size) - 1)]
PLAIN: tuple[Any, ...] = (
    "a", "Ab", "abcdefghij", "0", "user@example.com", "https://example.com/", "+4930123456",
    1, 0, 5, 10, 100, 1.5, True, "1.25", "2024-05-06", "2024-05-06T07:08:09Z", "07:08:09", "P1D",
    "00000000-0000-4000-8000-000000000001", [], {}, ["a"], [1], {"a": 1}, "192.0.2.1", None,
)  # fmt: skip
HARD: tuple[Any, ...] = (
    NUL, f"a{NUL}", f"ab{NUL}cdefgh", SURROGATE, f"a{SURROGATE}", f"ab{SURROGATE}cdefgh",
    "", " ", "a ", " a", "  padded  ", "é", "\u0065\u0301", "\U0001f600", "\u200b", "\u0130",
    "\ufeff",
    *WHOLE, 2**53 + 1, 32_768, 40_000, -1,
    "1E200000", "1e20", "123456789012345678901234567890", "0.123456789", "1.005", "99999999.999",
    "-99999999.999", "1e6", "1e12", "NaN", "Infinity", "-Infinity", float("nan"), float("inf"),
    float("-inf"), 0.1, 1e300, 1e-300, 3.4e39, 16_777_217.0, 123_456_789.123,
    "2024-05-06T07:08:09", "2024-05-06T07:08:09.123456Z", "2024-05-06T07:08:09+14:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "0001-01-01", "9999-12-31", "07:08:09.123456", "07:08:09+02:00",
    "23:59:59.999999", "P999999999D", "PT0.000001S", "-P1D",
    [NUL], [SURROGATE], ["a", None], [2**31], [2**63], [float("nan")], [[1], [2, 3]], [[1]],
    {"a": NUL}, {NUL: 1}, {"a": SURROGATE}, {"a": float("nan")}, {"a": float("inf")},
    {"a": 2**70}, {"a": 1e300}, {"a": 1.0}, {"a": {"b": [None, True]}},
)  # fmt: skip


def texts_beyond(limit: int | None) -> Iterator[str]:
    """Texts just over a column's length, then far over what any index holds."""
    if limit is not None:
        yield from ("x" * (limit + 1), "x" * limit, "\U0001f600" * limit)
        label = "x" * 60 + "."
        domain = label * (limit // len(label) + 1)
        yield f"a@{domain}"[: limit - 2] + ".com"  # an address is long in its domain
        yield "https://example.com/" + "x" * limit
    yield NOISE[:3000]
    yield NOISE


def variations(value: Any) -> Iterator[Any]:
    """An accepted text with something hostile in its place: what a pattern may let through."""
    if isinstance(value, str) and value and len(value) <= 80:  # noqa: PLR2004 - seeds are short
        for character in (NUL, SURROGATE):
            yield value + character
            yield value[0] + character + value[1:]
            yield character + value[1:]
        yield from (value.upper(), value.capitalize(), value + "\n")
        yield value.translate(DIGITS)  # `\d` means these too, to some
