"""What a Pydantic field demands, each demand with a value just outside it, as SQL."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from verification.catalog import quote


@dataclass(frozen=True, slots=True)
class Demand:
    """One rule of a field: how Python says it, how a CHECK would, and what breaks it."""

    said: str  # "ge=0"
    check: str  # "age >= 0"
    outside: tuple[Any, ...]


def demands(field: Any, column: str) -> Iterator[Demand]:
    """The rules in a field's annotation and metadata that a CHECK could say too."""
    name = quote(column)
    kinds = kinds_of(field.annotation)
    rules = [
        *field.metadata,
        *(rule for kind in kinds for rule in getattr(kind, "__metadata__", ())),
    ]
    whole = int in kinds
    for rule in flat(rules):
        yield from _bounds(rule, name, whole=whole)
        yield from _texts(rule, name, texts=str in kinds)
    for kind in kinds:
        if get_origin(kind) is Literal:
            values = get_args(kind)
            if all(isinstance(value, str) for value in values):
                yield _listed("Literal", name, values)


def kinds_of(annotation: Any) -> list[Any]:
    """The alternatives of a type, None left out, what Annotated wraps included."""
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        return [kind for part in get_args(annotation) for kind in kinds_of(part)]
    if hasattr(annotation, "__metadata__"):
        return [annotation, *kinds_of(annotation.__origin__)]
    return [] if annotation is type(None) else [annotation]


def flat(rules: list[Any]) -> Iterator[Any]:
    """The rules themselves, out of every FieldInfo around them."""
    for rule in rules:
        inner = getattr(rule, "metadata", None)  # a FieldInfo inside Annotated
        if isinstance(inner, list):
            yield from inner
        else:
            yield rule


def _bounds(rule: Any, name: str, *, whole: bool) -> Iterator[Demand]:
    for word, sign, step in (("ge", ">=", -1), ("gt", ">", 0), ("le", "<=", 1), ("lt", "<", 0)):
        bound = getattr(rule, word, None)
        if isinstance(bound, (int, float)) and not isinstance(bound, bool):
            near = bound + step if step else bound
            shown = int(bound) if whole and bound == int(bound) else bound
            far = near - 100 if sign.startswith(">") else near + 100
            yield Demand(f"{word}={shown}", f"{name} {sign} {shown}", (near, far))


def _texts(rule: Any, name: str, *, texts: bool) -> Iterator[Demand]:
    if not texts:
        return
    least, most = getattr(rule, "min_length", None), getattr(rule, "max_length", None)
    if isinstance(least, int) and least > 0:
        said = f"char_length({name}) >= {least}"
        yield Demand(f"min_length={least}", said, ("a" * (least - 1),))
    if isinstance(most, int):
        said = f"char_length({name}) <= {most}"
        yield Demand(f"max_length={most}", said, ("a" * (most + 1),))
    pattern = getattr(rule, "pattern", None)
    pattern = getattr(pattern, "pattern", pattern)
    if isinstance(pattern, str):
        wrong = [
            text for text in ("", " ", "a", "1", "#", "A b!", "\n") if not _matches(pattern, text)
        ]
        if wrong and not re.search(r"\\x00|\(\?[=!<P]", pattern):
            literal = pattern.replace("'", "''")
            yield Demand(f"pattern={pattern!r}", f"{name} ~ '{literal}'", tuple(wrong))


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _listed(word: str, name: str, values: tuple[str, ...]) -> Demand:
    literals = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return Demand(f"{word}[{', '.join(values)}]", f"{name} IN ({literals})", ("~",))


def is_enum(kind: Any) -> bool:
    """Whether it is a Python enumeration."""
    return isinstance(kind, type) and issubclass(kind, enum.Enum)
