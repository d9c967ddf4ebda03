"""The rules of a Pydantic field as SQL that is true of the rows which break them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from verification.catalog import Catalog, Column, quote
from verification.generation.counting import Question
from verification.generation.demands import flat, kinds_of
from verification.generation.sqltype import FRACTIONS, INTEGERS, TIMES, SqlType, read_type, resolve

SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
SPACES = r"E' \t\n\r\f\x0b'"
# What means something else to PostgreSQL, or nothing: named groups, code points, classes by
# property, sets of sets, `\z`, octal and hexadecimal escapes, flags in the middle.
FOREIGN = re.compile(
    r"\(\?P|\(\?<[a-zA-Z]|\\[pPxuUzGRkKQE0N]|&&|--|~~|\(\?[a-z]*-|(?<!^)\(\?[a-z]+\)|\(\?#|\(\?>|[*+?}]\+"
)
ADDRESS = r"^[^@\s]+@[^@\s]+$"


@dataclass(frozen=True, slots=True)
class _Place:
    """A column as the rules see it: what its type is, and its text after validation's changes."""

    name: str
    kind: SqlType
    text: str


def questions(
    field: Any, config: Mapping[str, Any], catalog: Catalog, column: Column
) -> Iterator[Question]:
    """One question for each rule that SQL can say of this column as it is deployed."""
    kinds = kinds_of(field.annotation)
    rules = [*field.metadata, *(r for kind in kinds for r in getattr(kind, "__metadata__", ()))]
    known = list(flat(rules))
    name = f"r.{quote(column.name)}"
    kind = read_type(resolve(catalog, column.type))
    place = _Place(name, kind, _changed(name, known, config))
    for rule in known:
        for said, wrong in _broken(rule, place, kinds):
            yield Question(f"{column.name} {said}", wrong, column.name)
    if kind.is_text and any(getattr(each, "__name__", "") == "EmailStr" for each in kinds):
        yield Question(f"{column.name} EmailStr", f"{place.text} !~ '{ADDRESS}'", column.name)
    if kind.is_text and str in kinds:
        least, most = config.get("str_min_length"), config.get("str_max_length")
        if least:
            wrong = f"char_length({place.text}) < {int(least)}"
            yield Question(f"{column.name} str_min_length={least}", wrong, column.name)
        if most is not None:
            wrong = f"char_length({place.text}) > {int(most)}"
            yield Question(f"{column.name} str_max_length={most}", wrong, column.name)
    if column.nullable and kinds and not _optional(field.annotation):
        yield Question(f"{column.name} without None", f"{name} IS NULL", column.name)


def _optional(annotation: Any) -> bool:
    from typing import Any as Anything  # noqa: PLC0415 - the annotation of that name

    if annotation is Anything or annotation is None or annotation is type(None):
        return True
    if hasattr(annotation, "__metadata__"):
        return _optional(annotation.__origin__)
    inner = getattr(annotation, "__args__", ()) if type(annotation).__name__ in UNIONS else ()
    value = getattr(annotation, "__value__", None)  # type Name = str | None
    return any(map(_optional, inner)) or (value is not None and _optional(value))


UNIONS = frozenset({"_UnionGenericAlias", "UnionType", "Union"})


def _changed(name: str, rules: list[Any], config: Mapping[str, Any]) -> str:
    """Validation may strip and change case before it measures."""

    def wanted(rule: str, general: str) -> bool:
        return bool(config.get(general)) or any(getattr(r, rule, None) is True for r in rules)

    text = name
    if wanted("strip_whitespace", "str_strip_whitespace"):
        text = f"btrim({text}, {SPACES})"
    if wanted("to_lower", "str_to_lower"):
        text = f"lower({text})"
    if wanted("to_upper", "str_to_upper"):
        text = f"upper({text})"
    return text


def _broken(rule: Any, place: _Place, kinds: list[Any]) -> Iterator[tuple[str, str]]:
    yield from _bounds(rule, place)
    yield from _lengths(rule, place)
    if place.kind.is_text and str in kinds:
        yield from _patterns(rule, place)


def _bounds(rule: Any, place: _Place) -> Iterator[tuple[str, str]]:
    for word, sign in SIGNS.items():
        bound = getattr(rule, word, None)
        if (shown := _constant(bound, place.kind)) is not None:
            yield f"{word}={bound}", f"NOT ({place.name} {sign} {shown})"
    step = getattr(rule, "multiple_of", None)
    exact = place.kind.name in {*INTEGERS, "numeric"} and not place.kind.array
    if exact and isinstance(step, (int, float, Decimal)) and step and step == step:  # noqa: PLR0124 - NaN
        wrong = f"{place.name}::numeric % {Decimal(str(step)):f} <> 0"
        yield f"multiple_of={step}", wrong
    places = getattr(rule, "decimal_places", None)
    if isinstance(places, int) and place.kind.name == "numeric" and not place.kind.array:
        wrong = f"{place.name} <> round({place.name}, {places})"
        yield f"decimal_places={places}", wrong


def _constant(bound: Any, kind: SqlType) -> str | None:
    """The bound as SQL, where it can be compared with the column."""
    if isinstance(bound, bool) or kind.array:
        return None
    if isinstance(bound, (int, float, Decimal)):
        number = Decimal(str(bound))
        numeric = kind.name in {*INTEGERS, *FRACTIONS} and kind.name != "money"
        return f"({number:f})" if number.is_finite() and numeric else None
    if isinstance(bound, datetime) and kind.name == "timestamp with time zone" and bound.tzinfo:
        return f"'{bound.isoformat()}'::timestamptz"
    if isinstance(bound, datetime):
        naive = kind.name == "timestamp without time zone" and bound.tzinfo is None
        return f"'{bound.isoformat()}'::timestamp" if naive else None
    if isinstance(bound, date) and kind.name in TIMES and kind.name == "date":
        return f"'{bound.isoformat()}'::date"
    return None


def _lengths(rule: Any, place: _Place) -> Iterator[tuple[str, str]]:
    if place.kind.array:
        size = f"cardinality({place.name})"
    elif place.kind.is_text and place.kind.name != "character":  # which is padded
        size = f"char_length({place.text})"
    elif place.kind.name == "bytea":
        size = f"octet_length({place.name})"
    elif place.kind.name == "jsonb":
        array = f"jsonb_typeof({place.name}) = 'array'"
        size = f"(CASE WHEN {array} THEN jsonb_array_length({place.name}) END)"
    else:
        return
    for word, sign in (("min_length", "<"), ("max_length", ">")):
        bound = getattr(rule, word, None)
        if isinstance(bound, int) and not isinstance(bound, bool) and (bound or sign == ">"):
            yield f"{word}={bound}", f"{size} {sign} {bound}"


def _patterns(rule: Any, place: _Place) -> Iterator[tuple[str, str]]:
    given = getattr(rule, "pattern", None)
    pattern = getattr(given, "pattern", given)
    if not isinstance(pattern, str) or FOREIGN.search(pattern) or "\0" in pattern:
        return
    flags = getattr(given, "flags", re.UNICODE.value)
    if flags & ~(re.UNICODE.value | re.IGNORECASE.value):
        return
    sign = "!~*" if flags & re.IGNORECASE.value else "!~"
    # \b is a backspace to PostgreSQL, and \B a backslash.
    theirs = re.sub(r"\\(.)", lambda m: {"b": r"\y", "B": r"\Y"}.get(m[1], m[0]), pattern)
    literal = theirs.replace("'", "''")
    yield f"pattern={pattern!r}", f"{place.text} {sign} '{literal}'"
