"""Read a database into a Catalog: one statement, one round trip, nothing written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.catalog.model import Catalog
from verification.catalog.parsing import parse
from verification.catalog.statement import DIGEST, SEPARATOR, STATEMENT

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

# What PostgreSQL answers where a role may not read.
DENIED = "42501"
RIGHTS = {
    "function": "EXECUTE ON FUNCTION",
    "schema": "USAGE ON SCHEMA",
    "sequence": "SELECT ON SEQUENCE",
}


class Forbidden(Exception):
    """A part of the catalog that this role may not read; the message names the privilege."""


def read(connection: Connection) -> Catalog:
    """Everything `pg_dump -s` would show of the database that a connection is open to.

    Leaves the connection as it was: settings are put back by the statement itself, and no
    transaction is begun or ended that the connection would not begin by itself. Raises Forbidden
    where a part may not be read; never leaves it out.
    """
    return parse(_ask(connection, STATEMENT))


def digest(connection: Connection) -> str:
    """A digest of the schema, computed by the server: the same as last time, nothing changed."""
    return _ask(connection, DIGEST).partition(SEPARATOR)[0]


def forbidden(error: Exception) -> Forbidden | None:
    """What the role may not read and the grant that lets it, if that is what an error says."""
    if getattr(error, "pgcode", None) != DENIED:
        return None
    what = str(error).splitlines()[0].removeprefix("permission denied for ")
    kind, _, name = what.rpartition(" ")
    place = name if kind == "schema" or "." in name else f"pg_catalog.{name}"
    right = RIGHTS.get(kind, "SELECT ON")
    return Forbidden(f"this role may not read {what}; GRANT {right} {place} lets it")


def _ask(connection: Connection, statement: str) -> str:
    import psycopg2  # noqa: PLC0415 - the values and the comparison need no driver

    with connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except psycopg2.Error as error:
            if denied := forbidden(error):
                raise denied from error
            raise
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError("the server gave no document; the statement always gives one row")
    return str(row[0])
