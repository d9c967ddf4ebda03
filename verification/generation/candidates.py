"""Candidate values by kind: the plain ones, and those that constants make telling."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from verification.generation.literals import Literals
from verification.generation.pattern import like, matching

WORDS = ("a", "b", "Abc", "x y", "A", "lorem", "d4", "user@example.com", "", " ", "0", "é", "a-b_c")
LONGEST = 20_000
SERIES = 8

FIXED: dict[str, tuple[str, ...]] = {
    "boolean": ("true", "false"),
    "uuid": tuple(f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 10)),
    "bytea": (r"\x61", r"\x62", r"\x6162", r"\x", r"\x00ff", r"\x6364"),
    "inet": ("192.0.2.1", "192.0.2.2", "192.0.2.0/24", "2001:db8::1", "10.0.0.1"),
    "cidr": ("192.0.2.0/24", "10.0.0.0/8", "2001:db8::/32", "198.51.100.0/24"),
    "macaddr": ("08:00:2b:01:02:03", "08:00:2b:01:02:04", "08:00:2b:01:02:05"),
    "macaddr8": ("08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03:04:06"),
    "json": ("{}", '{"a": 1}', "[]", '"text"', "1", "null", "[1, 2]", "true"),
    "jsonb": ("{}", '{"a": 1}', "[]", '"text"', "1", "null", "[1, 2]", "true"),
    "xml": ("<a/>", "<b/>", "<c>d</c>"),
    "point": ("(1,2)", "(3,4)", "(0,0)", "(-1,-2)"),
    "line": ("{1,2,3}", "{0,1,2}"),
    "lseg": ("[(0,0),(1,1)]", "[(2,2),(3,3)]"),
    "box": ("(1,1),(0,0)", "(3,3),(2,2)"),
    "path": ("[(0,0),(1,1)]", "((0,0),(1,1),(1,0))"),
    "polygon": ("((0,0),(1,1),(1,0))", "((5,5),(6,6),(6,5))"),
    "circle": ("<(0,0),1>", "<(10,10),1>"),
    "tsvector": ("a", "b", "c d", ""),
    "tsquery": ("a", "b", "c & d"),
    "oid": ("1", "2", "3"),
    "pg_lsn": ("0/1", "0/2", "0/3"),
    "interval": ("1 day", "1 hour", "1 mon", "0", "-1 day", "2 days", "90 minutes", "1 year"),
    "geometry": ("POINT(1 2)", "SRID=4326;POINT(1 2)", "SRID=4326;POLYGON((0 0,1 0,1 1,0 0))"),
    "geography": ("POINT(1 2)", "SRID=4326;POINT(3 4)", "SRID=4326;LINESTRING(0 0,1 1)"),
    "hstore": ("a=>1", "b=>2", ""),
    "ltree": ("a", "b", "a.b"),
}
DAYS = ("2024-02-01", "2024-02-02", "2024-02-05", "2024-03-01", "2000-01-01", "2035-06-15")
HOURS = ("08:00:00", "09:30:00", "12:00:00", "17:45:00", "00:00:00", "23:59:59")


def texts(hints: Literals) -> Iterator[str]:
    """Strings: those its checks speak of, plain ones, and others of telling lengths."""
    for pattern in hints.patterns:
        found = matching(pattern)
        yield from found
        yield from (text.lower() for text in found)
        for text in (*found[:3], "user@example.com"):  # enough of them for what must be unique
            for n in range(1, SERIES + 1):
                yield from (f"{n}{text}", f"{text}{n}", f"{text[:1]}{n}{text[1:]}")
    for pattern in hints.likes:
        yield from like(pattern)
    for text in hints.strings:
        yield text
        yield text.lower()
        yield text.upper()
        yield f"{text}x"
        yield text[:-1]
    yield from WORDS
    for number in hints.numbers:
        yield number
        size = int(float(number))
        if 0 <= size <= LONGEST:
            yield from ("a" * length for length in (size, size - 1, size + 1) if length >= 0)
            yield "b" * size
    yield from (f"{word}{n}" for n in range(SERIES) for word in ("a", "A b"))


def integers(highest: int, hints: Literals) -> Iterator[str]:
    """Whole numbers up to `highest`: plain ones, the constants and their neighbours."""
    numbers = [int(float(text)) for text in (*hints.numbers, *_numeric(hints.strings))]
    near = [number + step for number in numbers for step in (0, 1, -1)]
    far = [number * factor for number in numbers for factor in (2, 10, -1) if number]
    between = [(a + b) // 2 for a in numbers for b in numbers if a < b]
    plain = [*range(1, SERIES), 0, -1, 10, 50, 100, 1000, 2000, 100_000]
    extreme = (highest, -highest - 1)
    chosen = (*plain, *near, *between, *far, *extreme)
    yield from (str(number) for number in chosen if -highest - 1 <= number <= highest)


def numbers(hints: Literals) -> Iterator[str]:
    """Numbers: plain ones, the constants and their neighbours."""
    numbers = [Decimal(text) for text in (*hints.numbers, *_numeric(hints.strings))]
    near = [
        number + Decimal(step)
        for number in numbers
        for step in ("0", "1", "-1", "0.01", "-0.01", "0.5")
    ]
    between = [(a + b) / 2 for a in numbers for b in numbers if a < b]
    shared = [round(a / b, 9).normalize() for a in numbers for b in numbers if b > 1 and a > b]
    plain = [Decimal(n) for n in (1, 2, 3, 4, 5, "0.5", "0.25", 0, -1, 10, 100, 1000)]
    yield from (f"{number:f}" for number in (*plain, *near, *between, *shared))


def times(name: str, hints: Literals) -> Iterator[str]:
    """Days, hours and moments: plain ones, the constants and their neighbours."""
    if name.startswith("time "):
        zone = "+00" if name == "time with time zone" else ""
        yield from (f"{hour}{zone}" for hour in HOURS)
        for text in hints.strings:
            with suppress(ValueError):
                moment = datetime.combine(date(2000, 1, 1), time.fromisoformat(text))
                for step in (-1, 0, 1):
                    yield f"{(moment + timedelta(seconds=step)).time()}{zone}"
        return
    zone = "+00" if name == "timestamp with time zone" else ""
    hours = ("",) if name == "date" else ("08:00:00", "09:30:00", "17:45:00")
    days = [date.fromisoformat(day) for day in DAYS]
    years = [int(n) for n in hints.numbers if n.isdigit() and 1 <= int(n) <= 9999]  # noqa: PLR2004 - calendar years
    days += [date(year, 6, 15) for number in years for year in (number, number - 1) if year]
    for text in hints.strings:
        with suppress(ValueError, OverflowError):
            told = date.fromisoformat(text[:10])
            days += [told + timedelta(days=step) for step in (0, 1, -1, 20)]
    today = date.today()  # noqa: DTZ011 - a day more or less does not matter
    days += [today + timedelta(days=step) for step in (-400, 0, 400)]
    for day in days:
        yield from (f"{day.isoformat()} {hour}{zone if hour else ''}".strip() for hour in hours)


def documents(hints: Literals) -> Iterator[str]:
    """JSON objects and arrays with the constants as keys, as values and as lengths."""
    words = [text for text in hints.strings if len(text) <= 60][:6]  # noqa: PLR2004 - keys are short
    values: list[object] = ["text", 1, 0, -1, True, None, {}, [], ""]
    values += [int(float(number)) + step for number in hints.numbers[:4] for step in (0, 1, -1)]
    values += words
    for key in words:
        for value in values:
            yield json.dumps({key: value})
    if words:
        yield json.dumps(dict.fromkeys(words, "text"))
        yield json.dumps(dict.fromkeys(words, 1))
    for number in hints.numbers[:2]:
        size = int(float(number))
        if 0 <= size <= 100:  # noqa: PLR2004 - arrays stay small
            yield json.dumps([1] * size)
            yield json.dumps([1] * (size + 1))


def _numeric(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        with suppress(InvalidOperation):
            if Decimal(text).is_finite():
                yield text
