"""Rows that are there, for requests that have to name one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from verification.catalog import Catalog
from verification.service.oracle import Oracle

SUFFIX = re.compile(r"[_-]?(id|uuid|pk|key)$|(?<=[a-z])(Id|Uuid)$")
NUMBERS = re.compile(r"smallint|integer|bigint|numeric|real|double")
MOST = 10


@dataclass(slots=True)
class Rows:
    """The tables of a scratch database and what is in them, asked for by the names people use."""

    oracle: Oracle
    catalog: Catalog
    _referred: dict[str, tuple[str, str] | None] = field(default_factory=dict)

    def named(self, name: str, of: str = "", used: set[str] | None = None) -> Any:
        """The key of a row that such a name refers to; another one than those `used`, if it can."""
        found = self.referred(name) or (self._table(of, name) if of else None)
        if found is None:
            return None
        table, column = found
        rows = self.oracle.rows(f"SELECT to_jsonb(x.{column}) FROM {table} x LIMIT {MOST}")
        keys = [key for (key,) in rows if key is not None]
        taken = set() if used is None else used
        chosen = next((key for key in keys if f"{table} {key}" not in taken), None)
        chosen = keys[0] if chosen is None and keys else chosen
        taken.add(f"{table} {chosen}")
        return chosen

    def referred(self, name: str) -> tuple[str, str] | None:
        """The table and the column that a field of this name refers to, quoted."""
        if name not in self._referred:
            self._referred[name] = self._foreign(name) or self._stem(name)
        return self._referred[name]

    def like(self, path: str) -> dict[str, Any]:
        """A body for what says nothing of its own: the columns of the table that the path names."""
        last = next((p for p in reversed(path.split("/")) if p and "{" not in p), "")
        found = self._singular(last)
        columns = next((t.columns for t in self.catalog.tables if found and t.name == found), ())
        return {
            column.name: 1 if NUMBERS.match(column.type) else "abc"
            for column in columns
            if NUMBERS.match(column.type) or re.match(r"character|text", column.type)
            if column.name != "id" and not column.generated
        }

    def _foreign(self, name: str) -> tuple[str, str] | None:
        for table in self.catalog.tables:
            for key in table.constraints:
                if key.kind == "foreign key" and key.columns == (name,):
                    return key.references, _quoted(key.referenced_columns[0])
        return None

    def _stem(self, name: str) -> tuple[str, str] | None:
        stem = SUFFIX.sub("", name)
        return self._table(stem, "id") if stem and stem != name else None

    def _table(self, word: str, column: str) -> tuple[str, str] | None:
        name = self._singular(word)
        table = next((t for t in self.catalog.tables if t.name == name), None)
        if table is None:
            return None
        known = {each.name for each in table.columns}
        chosen = column if column in known else SUFFIX.sub("", column)
        chosen = chosen if chosen in known else "id"
        qualified = f"{_quoted(table.schema)}.{_quoted(table.name)}"
        return (qualified, _quoted(chosen)) if chosen in known else None

    def _singular(self, word: str) -> str:
        """The table that a word means, in the singular or the plural, or the end of a word."""
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).replace("-", "_").lower()
        tables = {table.name: _stripped(table.name) for table in self.catalog.tables}
        wanted = _stripped(plain)
        same = (name for name, stem in tables.items() if stem == wanted)
        ends = (name for name, stem in tables.items() if stem and wanted.endswith("_" + stem))
        return next(same, None) or next(ends, "")


def _stripped(name: str) -> str:
    """`people`, `cities`, `boxes` and `users` are other words than their singulars, but close."""
    return re.sub(r"(ies|es|s|y)$", "", name.lower())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
