"""When two texts that PostgreSQL printed say the same in other words."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'")

# A type behind `::`, with modifiers: what a cast adds to a text.
CAST = re.compile(
    r"""
    ::\s*
    (?: character\ varying | double\ precision | bit\ varying
      | (?:timestamp|time)(?:\(\d\))?\ with(?:out)?\ time\ zone
      | interval(?:\ (?:year|month|day|hour|minute|second|to)\b)*
      | (?:"(?:[^"]|"")*"|[^\W\d][\w$]*)(?:\.(?:"(?:[^"]|"")*"|[^\W\d][\w$]*))?
    )
    (?:\(\d+(?:,\s*-?\d+)?\))?
    (?:\[\])*
    """,
    re.VERBOSE,
)


def same_text(expected: Any, actual: Any) -> bool:
    """Whether two texts differ only in what a major of PostgreSQL adds or leaves out.

    Since PostgreSQL 16 a column of a view's only table is printed without the table's name; so
    either side may have `name.` before a word where the other has none. Nothing else may differ.
    """
    if isinstance(expected, tuple) and isinstance(actual, tuple):
        return len(expected) == len(actual) and all(map(same_text, expected, actual))
    if not isinstance(expected, str) or not isinstance(actual, str):
        return bool(expected == actual)
    return _aligned(list(_tokens(expected)), list(_tokens(actual)))


def same_but_casts(expected: Any, actual: Any) -> bool:
    """Whether two texts differ only in casts and parentheses, as after a change of a type."""
    if isinstance(expected, tuple) and isinstance(actual, tuple):
        return len(expected) == len(actual) and all(map(same_but_casts, expected, actual))
    if not isinstance(expected, str) or not isinstance(actual, str):
        return bool(expected == actual)
    return _aligned(_bare(expected), _bare(actual))


def _bare(text: str) -> list[str]:
    # Strings are put aside, so that nothing in them is taken for a cast.
    strings = re.findall(r"'(?:[^']|'')*'", text)
    hidden = re.sub(r"'(?:[^']|'')*'", "'", text)
    parts = CAST.sub("", hidden).split("'")
    restored = "".join(
        part + (NUMBER.sub(r"\1", strings[i]) if i < len(strings) else "")
        for i, part in enumerate(parts)
    )
    return [token for token in _tokens(restored) if token not in {"(", ")"}]


def _tokens(text: str) -> Iterator[str]:
    return (match[0] for match in TOKEN.finditer(text) if not match[0].isspace())


def _aligned(left: list[str], right: list[str]) -> bool:
    i = j = 0
    while i < len(left) and j < len(right):
        qualified = left[i + 1 : i + 2] == ["."], right[j + 1 : j + 2] == ["."]
        if left[i] == right[j] and qualified[0] == qualified[1]:
            i, j = i + 1, j + 1
        elif qualified[0] and left[i + 2 : i + 3] == [right[j]]:
            i += 2
        elif qualified[1] and right[j + 2 : j + 3] == [left[i]]:
            j += 2
        else:
            return False
    return i == len(left) and j == len(right)
