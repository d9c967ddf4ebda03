"""When two expressions that people wrote differently mean the same to PostgreSQL.

It prints what was written, in its own form: `DEFAULT 0` and `DEFAULT '0'`, `now()` and
`CURRENT_TIMESTAMP`, `IN ('a', 'b')` over a text and over a varchar stay apart. Nobody who writes
one in a model and the other in a migration has forgotten anything.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

TOKEN = re.compile(
    r"""
    \s+
    | "(?:[^"]|"")*" | '(?:[^']|'')*' | [^\W\d][\w$]* | \d[\w.]* | :: | [<>=!~@#%^&|?+*/-]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
# Casts that change no value: of anything to a text without a limit, of a written value to a number.
TEXTS = r"(?:character\s+varying|varchar|text|bpchar)"
NUMBERS = r"(?:numeric|double\s+precision|real|integer|bigint|smallint)"
OF_ANYTHING = re.compile(rf"\s*::\s*{TEXTS}\b(?!\s*\()(?:\[\])*")
OF_VALUES = re.compile(
    rf"(?<![\w$.])(?:\((?P<bare>-?[\d.]+)\)|'(?P<quoted>-?\d+(?:\.\d+)?)')\s*::\s*{NUMBERS}\b(?!\s*\()"
)
QUOTED = re.compile(r"""'(?!-?\d+(?:\.\d+)?')(?:[^']|'')*'|"(?:[^"]|"")*\"""")
NOW = ("now", "(", ")")
SAME = {("CURRENT_TIMESTAMP",): NOW, ("transaction_timestamp", "(", ")"): NOW}
# Before a parenthesis these are no names of functions.
OPERATORS = frozenset(
    {"and", "or", "not", "in", "any", "all", "is", "then", "else", "when", "case"}
)


def same_meaning(expected: Any, actual: Any) -> bool:
    """Whether two texts, or two tuples of them, say the same in other words."""
    if isinstance(expected, tuple) and isinstance(actual, tuple):
        return len(expected) == len(actual) and all(map(same_meaning, expected, actual))
    if not isinstance(expected, str) or not isinstance(actual, str):
        return bool(expected == actual)
    return plain(expected) == plain(actual)


def same_value(expected: str | None, actual: str | None) -> bool:
    """Whether two defaults are the same: 0 and 0.00 too, which only their writers tell apart."""
    if not expected or not actual:
        return expected == actual
    mine, yours = plain(expected), plain(actual)
    return mine == yours or (_number(mine) is not None and _number(mine) == _number(yours))


def plain(text: str) -> list[str]:
    """The tokens of an expression without what only its writing decides."""
    # What is quoted is put aside, so that nothing in it is taken for a cast; but not numbers.
    quoted: list[str] = []

    def aside(match: re.Match[str]) -> str:
        quoted.append(match[0])
        return f"'q{len(quoted) - 1}'"

    bare = OF_ANYTHING.sub("", QUOTED.sub(aside, text))
    bare = OF_VALUES.sub(lambda match: match["bare"] or match["quoted"], bare)
    tokens = [match[0] for match in TOKEN.finditer(bare) if not match[0].isspace()]
    whole = [quoted[int(each[2:-1])] if each[:2] == "'q" else each for each in tokens]
    return _sorted(_zoned(_bare(_replaced(whole))))


def _replaced(tokens: list[str]) -> list[str]:
    for old, new in SAME.items():
        size, i = len(old), 0
        while i + size <= len(tokens):
            if tuple(tokens[i : i + size]) == old:
                tokens[i : i + size] = new
            i += 1
    return tokens


def _bare(tokens: list[str]) -> list[str]:
    """Without the parentheses that hold one word or value, an array, or another pair of them."""
    while True:
        pairs = _pairs(tokens)
        for start, end in pairs.items():
            called = start and (re.match(r'[\w"]', tokens[start - 1]) is not None)
            if called and tokens[start - 1].lower() not in OPERATORS:
                continue
            inner = tokens[start + 1 : end]
            whole = start == 0 and end == len(tokens) - 1
            single = len(inner) == 1 and inner[0] != "*"
            array = inner[:2] == ["ARRAY", "["] and inner.index("]") == len(inner) - 1
            doubled = pairs.get(start + 1) == end - 1
            needed = called and tokens[start - 1].lower() in {"any", "all", "in"}
            if whole or doubled or ((single or array) and not needed):
                del tokens[end], tokens[start]
                break
        else:
            return tokens


def _pairs(tokens: list[str]) -> dict[int, int]:
    pairs, opened = {}, []
    for i, each in enumerate(tokens):
        if each == "(":
            opened.append(i)
        elif each == ")" and opened:
            pairs[opened.pop()] = i
    return pairs


def _zoned(tokens: list[str]) -> list[str]:
    """`timezone('utc', now())` as PostgreSQL prints `now() AT TIME ZONE 'utc'`."""
    for i, each in enumerate(tokens):
        end = _pairs(tokens).get(i + 1)
        if each == "timezone" and end and tokens[i + 3 : i + 4] == [","]:
            zone, value = tokens[i + 2], tokens[i + 4 : end]
            tokens[i : end + 1] = [*value, "AT", "TIME", "ZONE", zone.lower()]
            break
    at = [i for i, each in enumerate(tokens) if each == "ZONE"]
    for i in at:
        tokens[i + 1 : i + 2] = [zone.lower() for zone in tokens[i + 1 : i + 2]]
    return tokens


def _sorted(tokens: list[str]) -> list[str]:
    """The values of `= ANY (ARRAY[...])` in one order: it is a set."""
    for i in range(len(tokens) - 4):
        if tokens[i : i + 5] == ["=", "ANY", "(", "ARRAY", "["]:
            end = tokens.index("]", i)
            values, commas = tokens[i + 5 : end : 2], tokens[i + 6 : end : 2]
            if set(commas) <= {","}:
                ordered = sorted(values)
                tokens[i + 5 : end : 2] = ordered
    return tokens


def _number(tokens: list[str]) -> Decimal | None:
    try:
        return Decimal("".join(tokens).strip("'"))
    except InvalidOperation:
        return None
