"""Strings that match a regular expression of PostgreSQL's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verification.generation.drawing import draw

# PostgreSQL's classes and escapes, in Python's words.
_CLASSES = {
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:alnum:]": "a-zA-Z0-9",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": r"\s",
    "[:punct:]": r"!-/:-@\[-`{-~",
    "[:xdigit:]": "0-9a-fA-F",
    "[:word:]": r"\w",
    "[:blank:]": r" \t",
    "[:cntrl:]": r"\x00-\x1f",
    "[:print:]": " -~",
    "[:graph:]": "!-~",
}
_ESCAPES = {r"\m": r"\b", r"\M": r"\b", r"\y": r"\b"}
# In Python `$` also matches before a last line break; in PostgreSQL it does not.
_END = re.compile(r"(?<!\\)\$(?=\)|\||$)")


def in_python(pattern: str) -> str | None:
    """The same regular expression as Python writes it, None where it cannot."""
    pattern = re.sub(r"^\*\*\*:|^\(\?[a-z]+\)", "", pattern)
    for theirs, ours in (_CLASSES | _ESCAPES).items():
        pattern = pattern.replace(theirs, ours)
    pattern = _END.sub(r"\\Z", pattern)
    try:
        re.compile(pattern)
    except re.error:
        return None
    return pattern


def matching(pattern: str, count: int = 12) -> tuple[str, ...]:
    """Some strings that match, the simplest first; none where Python cannot read the pattern."""
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    translated = in_python(pattern)
    if translated is None:
        return ()
    plain = st.characters(codec="ascii", exclude_categories=["Cc"])
    anchored = translated.startswith("^") or translated.endswith(r"\Z")
    strategy = st.from_regex(translated, fullmatch=False, alphabet=plain)
    found = [text.removesuffix("\n") for text in draw(strategy, count * (2 if anchored else 1))]
    return tuple(dict.fromkeys(found))[:count]


def like(pattern: str) -> Iterator[str]:
    """Strings that match a LIKE pattern, and what almost does."""
    for rest, one in (("", "a"), ("a", "a"), ("xyz", "Z")):
        yield re.sub(r"(?<!\\)%", rest, re.sub(r"(?<!\\)_", one, pattern)).replace("\\", "")
