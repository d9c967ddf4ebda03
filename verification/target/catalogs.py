"""The three catalogs: what models declare, what migrations build, what is deployed."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import psycopg2

from verification.catalog import STATEMENT, Catalog, parse, read
from verification.databases import Server
from verification.databases.reader import Reader, reading
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.finding import NotApplicable, Unknown
from verification.project import create_all
from verification.revisions import Migrations, Ran
from verification.target.fact import Facts, fact


@dataclass(frozen=True, slots=True)
class Template:
    """A sealed database with the project's schema, to be cloned, and what it holds."""

    dsn: Dsn
    catalog: Catalog
    ran: Ran


@fact
def template(server: Server, target: Facts) -> Iterator[Template]:
    """The schema built from zero: by the migrations, or by the models where there are none."""
    dsn = server.create()
    ran = Ran()
    try:
        migrations: Migrations = target["migrations"]
    except NotApplicable:
        create_all(dsn, target["metadata"])
    else:
        ran = migrations.upgrade(dsn)
    catalog = catalog_of(dsn)
    server.seal(dsn)
    yield Template(dsn, catalog, ran)
    server.drop(dsn)


@fact
def migrated(migrations: Migrations, template: Template) -> Catalog:
    """What the migrations build from zero, up to their heads."""
    return template.catalog


@fact
def declared(server: Server, metadata: tuple[Any, ...], template: Template) -> Catalog:
    """What the models say, as PostgreSQL understands them."""
    dsn = server.create()
    try:
        extensions = [(item.name, item.schema) for item in template.catalog.extensions]
        create_all(dsn, metadata, extensions)
        return catalog_of(dsn)
    finally:
        server.drop(dsn)


@fact
def connection(dsn: Dsn) -> Iterator[Reader]:
    """A session on the database to verify, in which the server refuses every write."""
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(reading(dsn))
        except psycopg2.OperationalError as error:
            text = " ".join(str(error).split())
            raise Unknown(f"the database cannot be reached: {text}") from None
        yield reader


@fact
def deployed(connection: Reader) -> Catalog:
    """What the database to verify really has."""
    ((document,),) = connection.rows(STATEMENT)
    return parse(document)


@fact
def applied(connection: Reader, migrations: Migrations, template: Template) -> tuple[str, ...]:
    """The revisions the database to verify is stamped at; none where it never was."""
    ran = template.ran
    rows = connection.rows(
        "SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relname = %s AND n.nspname = coalesce(%s, current_schema())",
        (ran.version_table, ran.version_schema),
    )
    if not rows:
        return ()
    stamped = connection.rows(f"SELECT version_num FROM {rows[0][0]} ORDER BY 1")
    return tuple(str(version) for (version,) in stamped)


@fact
def promised(
    migrations: Migrations, applied: tuple[str, ...], template: Template, server: Server
) -> Catalog:
    """What the migrations build up to the revisions the database is stamped at."""
    if not applied:
        raise Unknown("the database is not stamped with any revision")
    if set(applied) == set(migrations.heads):
        return template.catalog
    if unknown := set(applied) - {revision.id for revision in migrations.revisions}:
        raise Unknown(f"the database is stamped at {min(unknown)}, a revision nobody has")
    dsn = server.create()
    try:
        for revision in applied:
            migrations.upgrade(dsn, revision)
        return catalog_of(dsn)
    finally:
        server.drop(dsn)


def catalog_of(dsn: Dsn) -> Catalog:
    """The catalog of a database of our own."""
    with closing(connect(dsn)) as connection:
        return read(connection)
