"""Text that comes from a database or a file, made safe to print on one line."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text with everything unprintable (line breaks, escape sequences) shown as an escape."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def described(error: BaseException) -> str:
    """The error on one line: what it is, and what it says if it says anything."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
