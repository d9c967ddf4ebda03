"""Build the schema that the models declare in a database of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from verification.databases import ossp
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.finding import Unknown
from verification.project.ddl import Statements
from verification.project.extensions import needed

ACTIVE_TRANSACTION = "25001"
DUPLICATE_SCHEMA = "42P06"
DUPLICATE_OBJECT = "42710"
LONGEST = 120
UNAVAILABLE = re.compile(
    r'extension "([^"]+)" is not available'
    r'|extension control file "[^"]*?([^/"]+)\.control'
)

Extensions = tuple[tuple[str, str], ...]


def create_all(
    dsn: Dsn,
    metadata: Iterable[Any],
    extensions: Iterable[tuple[str, str]] = (),
    statements: Statements | None = None,
) -> None:
    """`create_all` of each MetaData, its schemas and `extensions` first.

    With the `statements` that `compiled` tells, in one message; the real one where there are none
    or they fail. Raises Unknown where PostgreSQL refuses what the models declare.
    """
    collections, wanted = tuple(metadata), tuple(extensions)
    before = (text.replace("%", "%%") for text in prelude(collections, wanted))
    if statements and _sent(dsn, (*before, *statements.texts)):
        return
    _emitted(dsn, collections, wanted)


def prelude(collections: Iterable[Any], extensions: Extensions) -> tuple[str, ...]:
    """What must be there before the models: their schemas and extensions."""
    schemas = {table.schema for item in collections for table in item.tables.values()}
    brought = {schema for _, schema in extensions if schema not in {"pg_catalog", "public"}}
    # Models name its types without the schema: where it is deployed, the search path leads there.
    path = ", ".join(_quoted(schema) for schema in sorted(brought)).replace("'", "''")
    lead = f"SELECT set_config('search_path', current_setting('search_path') || ', {path}', false)"
    schemas |= brought
    return (
        *(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}" for schema in sorted(schemas - {None})),
        *(ossp.standin(schema) for name, schema in extensions if name == ossp.NAME),
        *(
            f"CREATE EXTENSION IF NOT EXISTS {_quoted(name)} SCHEMA {_quoted(schema)}"
            for name, schema in extensions
        ),
        *((lead,) if brought else ()),
    )


def lacking(error: BaseException | str) -> str:
    """The extension that the server has no files of, if that is what an error says."""
    found = UNAVAILABLE.search(str(error))
    return next(filter(None, found.groups()), "") if found else ""


def way_out(extension: str) -> str:
    """What to do about an extension that the server lacks."""
    return (
        f"the scratch server lacks the extension {extension};"
        " let VERIFY_SCRATCH_URL name a server that has it"
    )


def _sent(dsn: Dsn, texts: Iterable[str]) -> bool:
    """Whether one message with all of it went well; if not, nothing of it is left."""
    import psycopg2  # noqa: PLC0415 - 30 ms, only if used

    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        try:
            # As SQLAlchemy hands them to the driver: with every % doubled.
            cursor.execute(b"\n;\n".join(cursor.mogrify(text, {}) for text in texts) or b";")
        except (psycopg2.Error, ValueError, TypeError, IndexError, KeyError):
            return False
    return True


def _emitted(dsn: Dsn, collections: tuple[Any, ...], extensions: Extensions) -> None:
    """The real `create_all`, and what may stand in its way put aside, one thing after the other."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - 500 ms

    before = list(prelude(collections, extensions))
    options: dict[str, Any] = {}
    while True:
        try:
            _really(dsn, collections, before, options)
        except SQLAlchemyError as error:
            if not _aside(error, before, options):
                raise _refusal(error) from error
        else:
            return


def _really(
    dsn: Dsn, collections: tuple[Any, ...], before: list[str], options: dict[str, Any]
) -> None:
    from sqlalchemy import create_engine  # noqa: PLC0415 - as above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415 - as above

    engine = create_engine(dsn.reveal("psycopg2"), poolclass=NullPool, **options)
    try:
        with engine.begin() as connection:
            for text in before:
                connection.exec_driver_sql(text.replace("%", "%%"))
            for item in collections:
                item.create_all(connection)  # with its questions: two may share a type
    finally:
        engine.dispose()


def _aside(error: Any, before: list[str], options: dict[str, Any]) -> bool:
    """Whether something could be changed so that another try makes sense."""
    origin = getattr(error, "orig", None)
    code = getattr(origin, "pgcode", None)
    removals: dict[str | None, Callable[[str], bool]] = {
        # A listener of the project's makes it, and does not ask whether it is there.
        DUPLICATE_SCHEMA: lambda text: text.startswith("CREATE SCHEMA"),
        DUPLICATE_OBJECT: lambda text: text.startswith("CREATE EXTENSION"),
    }
    if code in removals:
        kept = [text for text in before if not removals[code](text)]
        changed = len(kept) < len(before)
        before[:] = kept
        return changed
    if code == ACTIVE_TRANSACTION and not options:
        options["isolation_level"] = "AUTOCOMMIT"  # CREATE INDEX CONCURRENTLY
        return True
    extension = needed(str(origin))
    text = f"CREATE EXTENSION IF NOT EXISTS {_quoted(extension)}"
    if extension and not any(line.startswith(text) for line in before):
        before += [*([ossp.standin()] if extension == ossp.NAME else []), text]
        return True
    return False


def _refusal(error: Any) -> Unknown:
    origin = " ".join(str(getattr(error, "orig", None) or error).split())
    if extension := lacking(origin):
        return Unknown(f"the models cannot be created: {way_out(extension)}")
    statement = " ".join(str(getattr(error, "statement", None) or "").split())
    if len(statement) > LONGEST:
        statement = f"{statement[:LONGEST]}..."
    origin = re.split(r" LINE \d+:", origin)[0]
    return Unknown(
        f"the models cannot be created: {origin}" + (f" (in: {statement})" if statement else "")
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
