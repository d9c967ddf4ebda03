"""What an expression compares with: its constants, from which the telling values are made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_STRING = re.compile(
    r"(?P<operator>!?~~?\*?|SIMILAR TO)?\s*\(*(?:ARRAY\[)?'(?P<text>(?:[^']|'')*)'"
)
_ANY_STRING = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.\"'])(\d+(?:\.\d+)?)(?![\w\"'])")
_QUOTED_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'::(?:integer|bigint|smallint|numeric|real|double)")
_NEGATIVE = re.compile(r"\(-\s*(\d+(?:\.\d+)?)\)")


@dataclass(frozen=True, slots=True)
class Literals:
    """The constants of some expressions."""

    strings: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()  # regular expressions, as PostgreSQL reads them
    likes: tuple[str, ...] = ()  # LIKE patterns

    def __add__(self, other: Literals) -> Literals:
        """Both, each constant once."""
        return Literals(
            _merged(self.strings, other.strings),
            _merged(self.numbers, other.numbers),
            _merged(self.patterns, other.patterns),
            _merged(self.likes, other.likes),
        )


def literals(expression: str) -> Literals:
    """The constants in an expression that PostgreSQL printed."""
    patterns: list[str] = []
    likes: list[str] = []
    strings: list[str] = []
    for match in _STRING.finditer(expression):
        text = match["text"].replace("''", "'")
        match (match["operator"] or "").strip("!").rstrip("*"):
            case "~":
                patterns.append(text)
            case "~~":
                likes.append(text)
            case _:
                strings.append(text)
    if "similar_to_escape" in expression:
        likes += strings
    bare = _ANY_STRING.sub(" ", expression)
    numbers = [match[1] for match in _NUMBER.finditer(bare)]
    numbers += [match[1] for match in _QUOTED_NUMBER.finditer(expression)]
    numbers += [f"-{match[1]}" for match in _NEGATIVE.finditer(bare)]
    return Literals(*(_merged(found) for found in (strings, numbers, patterns, likes)))


def mentions(expression: str, column: str) -> bool:
    """Whether an expression names a column."""
    bare = _ANY_STRING.sub("''", expression)
    plain = re.escape(column)
    quoted = re.escape('"' + column.replace('"', '""') + '"')
    return re.search(rf'(?<![\w".]){plain}(?![\w"(])|{quoted}', bare) is not None


def _merged(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group))
