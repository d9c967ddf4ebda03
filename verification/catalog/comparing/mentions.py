"""Texts that changed only because something that they mention did."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from verification.catalog.comparing.difference import NAME
from verification.catalog.comparing.walk import Found
from verification.catalog.model import Function, Table, quote

WORD = re.compile(r'"(?:[^"]|"")*"|[^\W\d][\w$]*')

# Aspects that are made of names of other objects, or print them.
MENTIONING = frozenset(
    {
        "definition", "default", "generated", "predicate", "expressions", "using", "check",
        "partition_key", "partition_bound", "type", "function", "references", "referenced_columns",
        "columns", "include", "owned_by", "inherits", "inherited_from", "replica_identity",
        "server", "of_type", "returns", "arguments", "subtype", "opclasses", "collations",
        "canonical", "difference", "support",
    }
)  # fmt: skip

# The tables in which a name means something; "" for a name that means something everywhere.
Names = Mapping[str, set[str]]


def words(texts: Iterable[str]) -> set[str]:
    """The names in these texts, as PostgreSQL prints them."""
    return {word for text in texts for word in WORD.findall(text)}


@dataclass(frozen=True, slots=True)
class Mentions:
    """What only one side has, and the columns that have another type on the other side."""

    lost: Names
    gained: Names
    retyped: Names

    @classmethod
    def of(cls, found: Iterable[Found]) -> Self:
        """What these differences are about."""
        lost: Names = defaultdict(set)
        gained: Names = defaultdict(set)
        retyped: Names = defaultdict(set)
        for each in found:
            pair, change = each.pair, each.difference
            table = ""
            if change.kind == "column" and pair.whole and isinstance(pair.whole.value, Table):
                table = quote(pair.whole.value.name)
            if change.kind == "column" and change.aspect in {"type", "collation"}:
                retyped[quote(pair.value.name)].add(table)
            elif each.exists or change.aspect == NAME:
                for names, side in ((lost, pair.expected), (gained, pair.actual)):
                    if side is not None:
                        names[quote(getattr(side, "name", ""))].add(table)
        return cls(dict(lost), dict(gained), dict(retyped))

    def explain(self, each: Found) -> bool:
        """Whether a difference follows from what its texts mention."""
        pair, aspect = each.pair, each.difference.aspect
        if isinstance(pair.value, Function) and each.exists:
            # The types of its arguments are part of a function's name.
            names = self.lost if pair.actual is None else self.gained
            return any("" in names.get(word, ()) for word in words([pair.value.identity]))
        if each.exists or aspect not in MENTIONING:
            return False
        mine, yours = (
            words(_texts(getattr(side, aspect, ""))) for side in (pair.expected, pair.actual)
        )
        was, will_be = _known(each, mine, self.lost), _known(each, yours, self.gained)
        if pair.kind == "column" and aspect == "type":
            return was and will_be
        if was or will_be:
            return True
        return _known(each, mine, self.retyped) or _known(each, yours, self.retyped)


def _known(each: Found, mentioned: set[str], names: Names) -> bool:
    # A column's name counts in what lives in its table, and where the table is mentioned too.
    whole = each.pair.whole.value if each.pair.whole else each.pair.value
    here = {quote(getattr(whole, "name", "")), *mentioned}
    # An owner of a sequence and a target of a foreign key are names of a table or a column.
    here |= words([getattr(each.pair.value, "references", "")])
    return any(
        not table or table in here for word in mentioned & names.keys() for table in names[word]
    )


def _texts(value: Any) -> list[str]:
    # A tuple may hold bare names; quoted, they are read as one word.
    listed = value if isinstance(value, tuple) else (value or "",)
    return [each for text in map(str, listed) for each in (text, quote(text))]
