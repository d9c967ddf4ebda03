"""Access control lists as PostgreSQL prints them, as in `reporting=r*w/owner`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verification.catalog.model import PUBLIC, Privilege

ITEM = re.compile(r'(?P<grantee>(?:"(?:[^"]|"")*"|[^="])*)=(?P<letters>[A-Za-z*]*)/', re.DOTALL)
LETTER = re.compile(r"([A-Za-z])(\*?)")

WORDS = {
    "r": "SELECT",
    "a": "INSERT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "m": "MAINTAIN",
    "X": "EXECUTE",
    "U": "USAGE",
    "C": "CREATE",
    "c": "CONNECT",
    "T": "TEMPORARY",
    "s": "SET",
    "A": "ALTER SYSTEM",
}

# What the owner and PUBLIC have where nobody granted anything. MAINTAIN is not listed: it is new
# in PostgreSQL 17.
OWNERS = {
    "table": "arwdDxt",
    "sequence": "rwU",
    "schema": "UC",
    "function": "X",
    "type": "U",
    "language": "U",
    "foreign data wrapper": "U",
    "foreign server": "U",
}
PUBLICS = {"function": "X", "type": "U", "language": "U"}


def _name(printed: str) -> str:
    if not printed:
        return PUBLIC
    return printed[1:-1].replace('""', '"') if printed.startswith('"') else printed


def privileges(acl: Sequence[str] | None, kind: str, owner: str) -> tuple[Privilege, ...]:
    """The privileges that are worth telling: all but those an owner has anyhow."""
    if acl is None:
        everybody = PUBLICS.get(kind)
        return (Privilege(PUBLIC, (WORDS[everybody],)),) if everybody else ()
    letters: dict[str, set[str]] = {}
    for item in acl:
        found = ITEM.match(item)
        if found is None:
            raise ValueError(f"an access control item of an unknown form: {item!r}")
        granted = letters.setdefault(_name(found["grantee"]), set())
        granted.update(letter + star for letter, star in LETTER.findall(found["letters"]))
    default = OWNERS.get(kind)
    if default is not None:
        own = {letter[0] for letter in letters.setdefault(owner, set())}
        if own.issuperset(default):
            del letters[owner]
    return tuple(
        Privilege(grantee, tuple(sorted(_word(letter) for letter in granted)))
        for grantee, granted in sorted(letters.items())
    )


def _word(letter: str) -> str:
    word = WORDS.get(letter[0], letter[0])
    return f"{word} WITH GRANT OPTION" if letter.endswith("*") else word
