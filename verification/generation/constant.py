"""The value of a column's default in the database, where it is a constant."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_QUOTED = re.compile(r"'((?:[^']|'')*)'(?:::[\w\s\".]+(?:\(\d+(?:,\d+)?\))?)?")
_PLAIN = re.compile(r"\(?(-?\d+(?:\.\d+)?|true|false)\)?(?:::[\w\s]+(?:\(\d+(?:,\d+)?\))?)?")


def constant(default: str | None) -> str | None:
    """The text of a constant as PostgreSQL printed it; None for anything that is computed."""
    if found := _QUOTED.fullmatch(default or ""):
        return found[1].replace("''", "'")
    if found := _PLAIN.fullmatch(default or ""):
        return found[1]
    return None


def same(written: bool | float | Decimal | str, text: str) -> bool:
    """Whether a value of Python is what PostgreSQL reads from a text."""
    if isinstance(written, bool):
        return text.lower() in (
            {"true", "t", "1", "yes", "on"} if written else {"false", "f", "0", "no", "off"}
        )
    if isinstance(written, str):
        return written == text
    try:
        return Decimal(str(written)) == Decimal(text)
    except InvalidOperation:
        return False
