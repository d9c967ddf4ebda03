"""Build the schema that the models declare in a database of our own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from verification.dsn import Dsn
from verification.finding import Unknown


def create_all(
    dsn: Dsn, metadata: Iterable[Any], extensions: Iterable[tuple[str, str]] = ()
) -> None:
    """`create_all` of each MetaData, in one transaction, its schemas and `extensions` first.

    Raises Unknown where PostgreSQL refuses what the models declare.
    """
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - 500 ms
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415
    from sqlalchemy.schema import CreateSchema  # noqa: PLC0415

    collections = tuple(metadata)
    engine = create_engine(dsn.reveal("psycopg2"), poolclass=NullPool)
    schemas = {table.schema for item in collections for table in item.tables.values()}
    schemas |= {schema for _, schema in extensions if schema != "pg_catalog"}
    quote = engine.dialect.identifier_preparer.quote
    try:
        with engine.begin() as connection:
            for schema in sorted(schemas - {None}):
                connection.execute(CreateSchema(schema, if_not_exists=True))
            for name, schema in extensions:
                connection.execute(
                    text(f"CREATE EXTENSION IF NOT EXISTS {quote(name)} SCHEMA {quote(schema)}")
                )
            for item in collections:
                item.create_all(connection, checkfirst=False)
    except SQLAlchemyError as error:
        text_ = " ".join(str(getattr(error, "orig", None) or error).split())
        raise Unknown(f"the models cannot be created: {text_}") from error
    finally:
        engine.dispose()
