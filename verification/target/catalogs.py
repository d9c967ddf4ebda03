"""The catalogs that the project promises: what models declare, what migrations build."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from verification.catalog import STATEMENT, Catalog, content, parse, read
from verification.databases import Server
from verification.databases.server import quoted
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.finding import NotApplicable, Unknown
from verification.project import compiled, create_all, keeping, lacking, prelude, way_out
from verification.project.ddl import Statements
from verification.revisions import Migrations, Ran, missing_role, missing_schema, sqlstate
from verification.target.fact import Facts, fact

DUPLICATE_SCHEMA = "42P06"


@dataclass(frozen=True, slots=True)
class Template:
    """A sealed database with the project's schema, to be cloned, and what it holds."""

    dsn: Dsn
    catalog: Catalog
    ran: Ran


@fact
def template(server: Server, target: Facts) -> Iterator[Template]:
    """The schema built from zero: by the migrations, or by the models where there are none."""
    with server.adopting():
        dsn, ran = _template(server, target)
        if server.settle(_home(target)):
            server.drop(dsn)
            dsn, ran = _template(server, target)
        elif ran.home:
            server.settle(ran.home, made=False)  # env.py leads there by itself
        catalog = _catalog(document_of(dsn), target)
    server.seal(dsn)
    yield Template(dsn, catalog, ran)
    server.drop(dsn)
    server.settle("public")


def _home(target: Facts) -> str:
    """Where names without a schema lead in the deployed database, if its tables are there too.

    Its URL, its role or itself says so, of which a disposable server knows nothing. Asked for only
    after something was built: the answer is on its way meanwhile.
    """
    try:
        target["url"]
        sight = target["sight"]
    except (NotApplicable, Unknown):
        return ""
    if sight.schema == target["server"].home:
        return ""  # as it is; nothing needs to be looked into
    places = {place for place, _ in sight.stamps or ()}
    if not places:
        places = {table.schema for table in sight.deployed.tables}
    return sight.schema if sight.schema in places else ""


def _template(server: Server, target: Facts) -> tuple[Dsn, Ran]:
    """Build it, as often as something can be mended that is the server's and not the project's.

    A schema that whoever sets up the database makes first is no reason to look at nothing else;
    that an empty database lacks it is migrations/failing-upgrade's to tell.
    """
    schemas: list[str] = []
    while True:
        dsn = server.create()
        try:
            _furnish(dsn, schemas)
            return dsn, _built(dsn, server, target)
        except BaseException as reason:
            server.drop(dsn)
            error = reason.__cause__
            if (schema := missing_schema(error)) and schema not in schemas:
                schemas.append(schema)
                continue
            role, acting = missing_role(error)
            if sqlstate(error) == DUPLICATE_SCHEMA and server.settle(server.home, made=False):
                continue  # they make it themselves
            if not role or not server.invite(role, acting=acting):
                raise


def _furnish(dsn: Dsn, schemas: Iterable[str]) -> None:
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        for schema in schemas:
            cursor.execute(f"CREATE SCHEMA {quoted(schema)}")


def _built(dsn: Dsn, server: Server, target: Facts) -> Ran:
    try:
        migrations: Migrations = target["migrations"]
    except NotApplicable:
        metadata = target["metadata"]
        create_all(dsn, metadata, statements=compiled(metadata, server.version))
        return Ran()
    try:
        ran = migrations.upgrade(dsn)
    except Unknown as reason:
        if extension := lacking(str(reason)):
            text = f"the migrations do not run: {way_out(extension)}"
            raise Unknown(text) from reason.__cause__
        raise
    if not migrations.revisions and target["config"].metadata:
        # Alembic is set up and not yet used: the application makes its tables from the models.
        metadata = target["metadata"]
        create_all(dsn, metadata, statements=compiled(metadata, server.version))
    return ran


@fact
def migrated(migrations: Migrations, server: Server, template: Template) -> Catalog:
    """What the migrations build from zero, up to their heads."""
    if migrations.revisions:
        return template.catalog
    dsn = server.create()
    try:
        return catalog_of(dsn)
    finally:
        server.drop(dsn)


@fact
def declared(
    server: Server,
    metadata: tuple[Any, ...],
    environment: Mapping[str, str],
    target: Facts,
) -> Catalog:
    """What the models say, as PostgreSQL understands them; kept while they say the same."""
    statements = compiled(metadata, server.version)
    extensions = _extensions(target)
    found = _declared(server, metadata, environment, target, extensions, statements)
    if not server.settle(_home(target)):
        return found
    return _declared(server, metadata, environment, target, extensions, statements)


def _declared(
    server: Server,
    metadata: tuple[Any, ...],
    environment: Mapping[str, str],
    target: Facts,
    extensions: tuple[tuple[str, str], ...],
    statements: Statements | None,
) -> Catalog:
    key = ""
    if statements and statements.lasting and keeping.wanted(environment):
        before = prelude(metadata, extensions)
        key = keeping.key(server, (server.home, *before, "", *statements.texts))

    def build() -> str:
        dsn = server.create(furnished=True)
        try:
            create_all(dsn, metadata, extensions, statements)
            document = document_of(dsn)
        finally:
            server.drop(dsn)
        if key:
            keeping.keep(key, document, content(document))
        return document

    if key and (known := keeping.content_of(key)):
        return Catalog.later(known, lambda: _kept(key) or parse(build()))
    return _catalog(build(), target)


def _kept(key: str) -> Catalog | None:
    """The catalog of a document that was kept and is whole."""
    with suppress(ValueError, TypeError, LookupError):
        return parse(document) if (document := keeping.find(key)) else None
    return None


def _extensions(target: Facts) -> tuple[tuple[str, str], ...]:
    """What the migrations bring, and the models count on."""
    try:
        target["migrations"]
    except NotApplicable:
        return ()
    return tuple((item.name, item.schema) for item in target["template"].catalog.extensions)


def _catalog(document: str, target: Facts) -> Catalog:
    """The catalog of a document, parsed when somebody looks into it."""
    known = content(document) if keeping.wanted(target["environment"]) else ""
    return Catalog.later(known, lambda: parse(document))


@fact
def promised(target: Facts) -> Catalog:
    """What the migrations build up to the revisions the database is stamped at."""
    migrations: Migrations = target["migrations"]
    if not migrations.revisions:
        raise NotApplicable("there is not one revision yet")
    target["looking"]  # the database answers while the migrations run
    template: Template = target["template"]
    applied: tuple[str, ...] = target["applied"]
    server: Server = target["server"]
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
