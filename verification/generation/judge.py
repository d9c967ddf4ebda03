"""PostgreSQL itself judges which values fulfil which rules, many at a time, nothing inserted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from verification.catalog import Catalog, Table, quote
from verification.generation.rules import Rule, columns_in
from verification.generation.sqltype import resolve

FULFILLED, BROKEN, SILENT, FAILING = 1, 0, -1, 2
"""True; false; NULL, which a check lets pass; an error while evaluating."""

_numbers = count(1)

Values = tuple[str | None, ...]


def judge(
    cursor: Any,
    catalog: Catalog,
    table: Table,
    columns: Sequence[str],
    rules: Sequence[Rule],
    candidates: Sequence[Values],
) -> list[tuple[int, ...] | None]:
    """One verdict for each rule, for each candidate; None where its type refuses a value."""
    if not candidates:
        return []
    name = f"pg_temp.verify_judge_{next(_numbers)}"
    cursor.execute(_function(name, catalog, table, columns, rules))
    names = [f"c{n}" for n in range(len(columns))]
    unnested = ", ".join("%s::text[]" for _ in columns)
    arguments = ", ".join(names)
    cursor.execute(
        f"SELECT {name}({arguments}) FROM unnest({unnested})"
        f" WITH ORDINALITY AS u({arguments}, place) ORDER BY place",
        [list(column) for column in zip(*candidates, strict=True)],
    )
    return [None if verdicts is None else tuple(verdicts) for (verdicts,) in cursor.fetchall()]


def _function(
    name: str, catalog: Catalog, table: Table, columns: Sequence[str], rules: Sequence[Rule]
) -> str:
    given = []
    for number, column in enumerate(columns, 1):
        found = table.column(column)
        kind = resolve(catalog, found.type) if found else "text"
        given.append(f"${number}::{kind} AS {quote(column)}")
    source = f"(SELECT {', '.join(given)}) AS {quote(table.name)}"
    computed = [
        f"({column.generated}) AS {quote(column.name)}"
        for column in table.columns
        if column.generated and set(columns_in(table, column.generated)) <= set(columns)
    ]
    if computed:
        source = f"(SELECT *, {', '.join(computed)} FROM {source}) AS {quote(table.name)}"
    blocks = "".join(_block(rule, source) for rule in rules)
    return (
        f"CREATE FUNCTION {name}({', '.join('text' for _ in columns)}) RETURNS smallint[]"
        " LANGUAGE plpgsql AS $verify$ #variable_conflict use_column\n"
        f"DECLARE verdicts smallint[] := '{{}}'; verdict smallint; BEGIN\n"
        # A value that the type itself refuses is no candidate.
        f"BEGIN PERFORM * FROM {source}; EXCEPTION WHEN OTHERS THEN RETURN NULL; END;\n"
        f"{blocks} RETURN verdicts; END $verify$"
    )


def _block(rule: Rule, source: str) -> str:
    query = f"SELECT coalesce(({rule.expression})::boolean::int, {SILENT}) FROM {source}"
    return (
        f"BEGIN {query} INTO verdict; EXCEPTION WHEN OTHERS THEN verdict := {FAILING}; END;"
        " verdicts := verdicts || verdict;\n"
    )
