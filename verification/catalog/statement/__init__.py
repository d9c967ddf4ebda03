"""The one SQL statement that reads a database; each section of it is a file beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from verification.catalog.statement.sections import LASTING, PASSING

__all__ = ["DIGEST", "LASTING", "PASSING", "STATEMENT"]

# How PostgreSQL prints a definition depends on these, so they are set while it prints. It happens
# inside the statement, because a pooled connection keeps nothing between two of them.
PRINTING = {
    "search_path": "pg_catalog",  # so every name of the project's is printed with its schema
    "quote_all_identifiers": "off",
    "TimeZone": "GMT",  # known even to a server without a time zone database
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "standard_conforming_strings": "on",
}


def _source(name: str) -> str:
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")


def _document(sections: Mapping[str, tuple[str, ...]]) -> str:
    # Column by column, not row by row: it is shorter, and json_agg looks up each type only once.
    parts = []
    for name, columns in sections.items():
        listed = ", ".join(f'json_agg(q."{column}")' for column in columns)
        parts.append(f"'{name}', (SELECT json_build_array({listed}) FROM (\n{_source(name)}) q)")
    return f"json_build_object({', '.join(parts)})"


def _statement(document: str) -> str:
    # CASE keeps the order: the settings are noted, then set, and only then is anything printed.
    # The OFFSET keeps the subquery whole, so that they are put back after it and not before.
    setting = " AND ".join(
        f"set_config('{name}', '{value}', true) IS NOT NULL" for name, value in PRINTING.items()
    )
    restoring = " AND ".join(
        f"set_config('{name}', (SELECT settings -> '{name}' ->> 0 FROM before), true) IS NOT NULL"
        for name in PRINTING
    )
    return (
        f"WITH {_source('common')}\n"
        f"SELECT document FROM (SELECT CASE WHEN (SELECT settings FROM before) IS NOT NULL\n"
        f"AND {setting}\nTHEN {document} END AS document OFFSET 0) printed\nWHERE {restoring}"
    )


# One round trip, no parameters, no writes; gives one row with one text: the JSON document that
# `parse` takes. Works alone, in a transaction, read-only, and after other statements in a message.
STATEMENT = _statement(f"json_build_array({_document(LASTING)}, {_document(PASSING)})::text")

# The same look at the schema, but only an md5 comes back. Equal digests: nothing has changed.
# Different ones say little: oids of operator classes and gaps of dropped columns are in it.
DIGEST = _statement(f"md5({_document(LASTING)}::text)")
