"""Definitions printed by two majors of PostgreSQL: the same text, printed in two ways."""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(
    r"""
    \s+
    | (?P<word>"(?:[^"]|"")*"|[^\W\d][\w$]*)
    | (?P<string>'(?:[^']|'')*')
    | (?P<other>\d[\w.]*|::|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def _tokens(text: str) -> list[str]:
    return [match[0] for match in TOKEN.finditer(text) if not match[0].isspace()]


def same_text(expected: Any, actual: Any) -> bool:
    """Whether two texts differ only in what a major adds or leaves out.

    Since PostgreSQL 16 a column of a view's only table is printed without the table's name; so
    either side may have `name.` before a word where the other has none. Nothing else may differ.
    """
    if isinstance(expected, tuple) and isinstance(actual, tuple):
        return len(expected) == len(actual) and all(map(same_text, expected, actual))
    if not isinstance(expected, str) or not isinstance(actual, str):
        return bool(expected == actual)
    return _aligned(_tokens(expected), _tokens(actual))


def _aligned(left: list[str], right: list[str]) -> bool:
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] == right[j] and (left[i + 1 : i + 2] == ["."]) == (
            right[j + 1 : j + 2] == ["."]
        ):
            i, j = i + 1, j + 1
        elif left[i + 1 : i + 2] == ["."] and left[i + 2 : i + 3] == [right[j]]:
            i += 2
        elif right[j + 1 : j + 2] == ["."] and right[j + 2 : j + 3] == [left[i]]:
            j += 2
        else:
            return False
    return i == len(left) and j == len(right)
