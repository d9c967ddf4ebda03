"""The three catalogs: what models declare, what migrations build, what is deployed."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import Any

import psycopg2

from verification.catalog import STATEMENT, Catalog, forbidden, parse, read
from verification.databases import Server
from verification.databases.reader import Reader, reading
from verification.databases.server import quoted
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.finding import NotApplicable, Unknown
from verification.project import compiled, create_all, keeping, lacking, prelude, way_out
from verification.revisions import Migrations, Ran
from verification.target.fact import Facts, fact


@dataclass(frozen=True, slots=True)
class Template:
    """A sealed database with the project's schema, to be cloned, and what it holds."""

    dsn: Dsn
    catalog: Catalog
    ran: Ran


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look at the database to verify has shown, in one round trip."""

    document: str
    """The schema, for `parse`."""
    schema: str | None
    """Where names without a schema lead first."""
    stamps: Mapping[tuple[str, str], tuple[str, ...] | None] | None
    """The versions in each table that looks like Alembic's; None for one that may not be read, or
    for all where they cannot be read beside the schema."""
    unenforced: tuple[tuple[str, str, str], ...] | None
    """Table, name and disabled table of each foreign key whose triggers are switched off."""


# Which tables hold versions is not known before the migrations have run, and reading one by a name
# of its own would cost a round trip; this function reads whatever it is told to, and only reads.
STAMPED = """
(SELECT coalesce(json_agg(json_build_array(n.nspname, c.relname,
     CASE WHEN has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
     THEN query_to_xml(format('SELECT version_num AS v FROM %I.%I ORDER BY 1',
                              n.nspname, c.relname), false, true, '')::text END)), '[]'::json)::text
 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relnatts = 1
   AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = 1
               AND a.attname = 'version_num'))
"""

# The triggers of a foreign key are PostgreSQL's own, so they are no part of the schema.
UNENFORCED = """
SELECT DISTINCT format('%I.%I', n.nspname, t.relname), format('%I', k.conname),
       format('%I.%I', wn.nspname, w.relname)
FROM pg_catalog.pg_trigger g
JOIN pg_catalog.pg_constraint k ON k.oid = g.tgconstraint AND k.contype = 'f'
JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_class w ON w.oid = g.tgrelid
JOIN pg_catalog.pg_namespace wn ON wn.oid = w.relnamespace
WHERE g.tgisinternal AND g.tgenabled = 'D'
ORDER BY 1, 2
"""
TOGETHER = (
    f"SELECT current_schema(), ({STATEMENT}), {STAMPED},"
    f" (SELECT coalesce(json_agg(json_build_array(q.a, q.b, q.c)), '[]'::json)::text"
    f" FROM ({UNENFORCED}) q (a, b, c))"
)


@fact
def template(server: Server, target: Facts) -> Iterator[Template]:
    """The schema built from zero: by the migrations, or by the models where there are none."""
    dsn = server.create()
    ran = Ran()
    try:
        migrations: Migrations = target["migrations"]
    except NotApplicable:
        metadata = target["metadata"]
        create_all(dsn, metadata, statements=compiled(metadata, server.version))
    else:
        try:
            ran = migrations.upgrade(dsn)
        except Unknown as reason:
            if extension := lacking(str(reason)):
                text = f"the migrations do not run: {way_out(extension)}"
                raise Unknown(text) from reason.__cause__
            raise
    catalog = catalog_of(dsn)
    server.seal(dsn)
    yield Template(dsn, catalog, ran)
    server.drop(dsn)


@fact
def migrated(migrations: Migrations, template: Template) -> Catalog:
    """What the migrations build from zero, up to their heads."""
    return template.catalog


@fact
def declared(
    server: Server,
    metadata: tuple[Any, ...],
    template: Template,
    environment: Mapping[str, str],
) -> Catalog:
    """What the models say, as PostgreSQL understands them; kept while they say the same."""
    extensions = tuple((item.name, item.schema) for item in template.catalog.extensions)
    statements = compiled(metadata, server.version)
    key = ""
    if statements and statements.lasting and keeping.wanted(environment):
        key = keeping.key(server, (*prelude(metadata, extensions), "", *statements.texts))
        if document := keeping.find(key):
            with suppress(ValueError, TypeError, LookupError):
                return parse(document)
    dsn = server.create()
    try:
        create_all(dsn, metadata, extensions, statements)
        document = document_of(dsn)
    finally:
        server.drop(dsn)
    if key:
        keeping.keep(key, document)
    return parse(document)


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
def sight(connection: Reader) -> Sight:
    """Schema and versions of the database to verify, in one message."""
    try:
        ((schema, document, stamped, unenforced),) = connection.rows(TOGETHER)
    except psycopg2.Error:
        return Sight(_document(connection), None, None, None)
    stamps = {
        (place, name): None if rows is None else _versions(rows)
        for place, name, rows in json.loads(stamped)
    }
    return Sight(document, schema, stamps, tuple(tuple(row) for row in json.loads(unenforced)))


def _document(connection: Reader) -> str:
    try:
        ((document,),) = connection.rows(STATEMENT)
    except psycopg2.Error as error:
        if denied := forbidden(error):
            raise Unknown(str(denied)) from None
        raise
    return str(document)


def _versions(rows: str) -> tuple[str, ...]:
    return tuple(html.unescape(each) for each in re.findall(r"<v>(.*?)</v>", rows, re.DOTALL))


@fact
def deployed(sight: Sight) -> Catalog:
    """What the database to verify really has."""
    return parse(sight.document)


@fact
def unenforced(sight: Sight, target: Facts) -> tuple[tuple[str, str, str], ...]:
    """Foreign keys that nobody watches over: table, name, and where its triggers are disabled."""
    if sight.unenforced is None:
        return tuple(target["connection"].rows(UNENFORCED))
    return sight.unenforced


@fact
def applied(
    sight: Sight, migrations: Migrations, template: Template, target: Facts
) -> tuple[str, ...]:
    """The revisions the database to verify is stamped at; none where it never was."""
    ran = template.ran
    place = (ran.version_schema or sight.schema or "", ran.version_table)
    if sight.stamps is None or place not in sight.stamps:
        return _asked(target["connection"], ran)  # it may have further columns
    stamped = sight.stamps[place]
    if stamped is None:
        schema, table = (quoted(part) for part in place)
        raise Unknown(
            f"this role may not read {schema}.{table}, where the applied revisions are;"
            f" GRANT SELECT ON {schema}.{table}, and USAGE ON SCHEMA {schema}, lets it"
        )
    return stamped


def _asked(connection: Reader, ran: Ran) -> tuple[str, ...]:
    """The same with a question of its own, where the versions could not be read beside it."""
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


def document_of(dsn: Dsn) -> str:
    """The same, as the server gave it."""
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(STATEMENT)
        return str(cursor.fetchone()[0])
