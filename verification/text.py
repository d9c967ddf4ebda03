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
