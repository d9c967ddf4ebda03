"""Texts that changed only because something that they mention did."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from verification.catalog.comparing.differences import NAME
from verification.catalog.comparing.texts import same_but_casts
from verification.catalog.comparing.walk import Found
from verification.catalog.model import Function, Other, Table, quote

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
    moved: tuple[tuple[str, str], ...]  # the old and new schema of each extension that moved
    labels: Mapping[str, str]  # the new and old label of each enum's that was renamed

    @classmethod
    def of(cls, found: Iterable[Found]) -> Self:
        """What these differences are about."""
        lost: Names = defaultdict(set)
        gained: Names = defaultdict(set)
        retyped: Names = defaultdict(set)
        moved = []
        labels: dict[str, str] = {}
        for each in found:
            pair, change = each.pair, each.difference
            table = ""
            if change.kind == "column" and pair.whole and isinstance(pair.whole.value, Table):
                table = quote(pair.whole.value.name)
            if change.kind == "column" and change.aspect in {"type", "collation"}:
                retyped[quote(pair.value.name)].add(table)
            elif change.kind == "enum" and change.aspect == "labels":
                before, now = pair.expected.labels, pair.actual.labels
                if len(before) == len(now):
                    retyped[quote(pair.value.name)].add("")
                    labels |= {f"'{b}'": f"'{a}'" for a, b in zip(before, now, strict=True)}
            elif change.kind == "extension" and change.aspect == "schema":
                moved.append((f"{quote(change.expected)}.", f"{quote(change.actual)}."))
            elif each.exists or change.aspect == NAME:
                for names, side in ((lost, pair.expected), (gained, pair.actual)):
                    if side is not None:
                        names[quote(getattr(side, "name", ""))].add(table)
        return cls(dict(lost), dict(gained), dict(retyped), tuple(moved), labels)

    def explain(self, each: Found) -> bool:
        """Whether a difference follows from what its texts mention."""
        pair, aspect = each.pair, each.difference.aspect
        if each.exists:
            # The types of its arguments are part of a function's name, and of a cast's.
            types = {Function: "identity", Other: "name"}.get(type(pair.value))
            names = self.lost if pair.actual is None else self.gained
            mentioned = words([getattr(pair.value, types)]) if types else ()
            return any("" in names.get(word, ()) for word in mentioned)
        if aspect not in MENTIONING:
            return False
        mine, yours = (_texts(getattr(side, aspect, "")) for side in (pair.expected, pair.actual))
        if any([text.replace(*names) for text in mine] == yours for names in self.moved):
            return True
        return self._explained(each, words(mine), words(yours))

    def _explained(self, each: Found, mine: set[str], yours: set[str]) -> bool:
        aspect = each.difference.aspect
        was, will_be = _known(each, mine, self.lost), _known(each, yours, self.gained)
        if each.pair.kind == "column" and aspect == "type":
            return was and will_be
        if was or will_be:
            return True
        if aspect in {"opclasses", "collations"}:
            # They are chosen by the types of the columns.
            return _known(each, words(_texts(each.pair.value.columns)), self.retyped)
        if not _known(each, mine | yours, self.retyped):
            return False
        return same_but_casts(
            *(
                self._renamed(getattr(side, aspect))
                for side in (each.pair.expected, each.pair.actual)
            )
        )

    def _renamed(self, value: Any) -> Any:
        # With the labels of enums that were renamed as they were before.
        if isinstance(value, tuple):
            return tuple(map(self._renamed, value))
        if not isinstance(value, str):
            return value
        for now, before in self.labels.items():
            value = value.replace(now, before)
        return value


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
