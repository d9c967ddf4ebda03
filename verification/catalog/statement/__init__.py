"""The one SQL statement that reads a database; each section of it is a file beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from verification.catalog.statement.sections import LASTING, PASSING

__all__ = ["DIGEST", "LASTING", "PASSING", "SEPARATOR", "STATEMENT"]

# Between the two halves of the document; JSON has no such character that is not escaped.
SEPARATOR = "\x1e"

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


_SEPARATED = f"|| '{SEPARATOR}' || {_document(PASSING)}::text"

# One round trip, no parameters, no writes; gives one row with one text: the document that `parse`
# takes, what lasts before what merely passes.
STATEMENT = _statement(f"{_document(LASTING)}::text {_SEPARATED}")

# The same look at the same rows, but in place of what lasts only its SHA-256 comes back. Equal
# digests: every character is the same. Different ones say little: oids of operator classes and
# gaps of dropped columns count too.
DIGEST = _statement(
    f"encode(sha256(convert_to({_document(LASTING)}::text, 'UTF8')), 'hex') {_SEPARATED}"
)
