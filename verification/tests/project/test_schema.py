"""One message or the real `create_all`: what is built is the same, and what fails is named."""

import enum
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import DDL, Engine, MetaData, event
from sqlalchemy.dialects import postgresql as pg

from verification.catalog import Catalog, difference
from verification.databases import Server
from verification.finding import Unknown
from verification.project import compiled, create_all
from verification.project.extensions import needed
from verification.target.catalogs import catalog_of


def said(text: str) -> Any:
    """SQL in a listener."""
    return DDL(text)  # type: ignore[no-untyped-call] # SQLAlchemy's own


class Rank(enum.Enum):
    low = 1
    high = 2


def enums() -> list[MetaData]:
    meta = MetaData()
    rank = sa.Enum(Rank, name="rank")
    for name in ("one", "two"):
        sa.Table(name, meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("r", rank))
    sa.Table("arr", meta, sa.Column("r", sa.ARRAY(rank)), sa.Column("m", sa.Enum("é'x", name="M")))
    return [meta]


def schemas() -> list[MetaData]:
    meta = MetaData(naming_convention={"ix": "ix_%(column_0_label)s", "pk": "pk_%(table_name)s"})
    for schema in (None, "app", 'odd"; name%'):
        sa.Table(
            "t", meta, sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("a", sa.Text,
            index=True), schema=schema,
        )  # fmt: skip
    sa.Table("u", meta, sa.Column("t", sa.ForeignKey("app.t.id", ondelete="CASCADE")))
    return [meta]


def numbers() -> list[MetaData]:
    meta = MetaData()
    sa.Table(
        "n",
        meta,
        sa.Column(
            "id", sa.Integer, sa.Identity(always=True, start=7, increment=3), primary_key=True
        ),
        sa.Column("a", sa.Integer, sa.Sequence("counter", start=5), comment="it's 100% 'a';"),
        sa.Column("b", sa.Integer, sa.Computed("a * 2", persisted=True)),
        sa.Column("c", sa.String(9, collation="C"), server_default=sa.text("'50%; --'")),
        sa.Column("d", pg.TSTZRANGE),
        sa.CheckConstraint("c LIKE 'x%' AND c NOT LIKE '%%y'", name="like%"),
        sa.Index("part", sa.text("lower(c)"), postgresql_where=sa.text("c LIKE '%z'")),
        pg.ExcludeConstraint(("d", "&&"), name="apart"),
        comment="a table with %(name)s and :colons",
    )
    sa.Table("cycle_a", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("b",
        sa.ForeignKey("cycle_b.id", name="fk_a")))  # fmt: skip
    sa.Table("cycle_b", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a",
        sa.ForeignKey("cycle_a.id", name="fk_b", use_alter=True)))  # fmt: skip
    return [meta]


def events() -> list[MetaData]:
    meta = MetaData()
    table = sa.Table(
        "e", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", pg.CITEXT)
    )
    event.listen(meta, "before_create", said("CREATE EXTENSION IF NOT EXISTS citext"))
    event.listen(table, "after_create", said(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := '5%%; '; RETURN"
        " NEW; END $$;"
        " CREATE TRIGGER t BEFORE INSERT ON %(fullname)s FOR EACH ROW EXECUTE FUNCTION f()"
    ))  # fmt: skip
    event.listen(meta, "after_create", said("CREATE VIEW v AS SELECT 1 -- no more"))
    event.listen(
        meta, "after_create", said("CREATE VIEW w AS SELECT 1").execute_if(dialect="mysql")
    )

    @event.listens_for(table, "after_create")
    def _(_target: Any, connection: Any, **_options: Any) -> None:
        connection.execute(sa.text("COMMENT ON TABLE e IS 'a\\:b'"))

    return [meta]


def asking() -> list[MetaData]:
    meta = MetaData()
    sa.Table("e", meta, sa.Column("id", sa.Integer, primary_key=True))

    @event.listens_for(meta, "after_create")
    def _(_target: Any, connection: Any, **_options: Any) -> None:
        if connection.execute(sa.text("SELECT to_regclass('e') IS NOT NULL")).scalar():
            connection.exec_driver_sql("CREATE VIEW seen AS SELECT 1")

    return [meta]


def forgiving() -> list[MetaData]:
    meta = MetaData()
    sa.Table("e", meta, sa.Column("id", sa.Integer, primary_key=True))

    @event.listens_for(meta, "after_create")
    def _(_target: Any, connection: Any, **_options: Any) -> None:
        try:
            connection.exec_driver_sql("CREATE VIEW seen AS SELECT 1")
        except AttributeError:
            return

    return [meta]


def truth() -> list[MetaData]:
    meta = MetaData()
    sa.Table("e", meta, sa.Column("id", sa.Integer, primary_key=True))

    @event.listens_for(meta, "after_create")
    def _(_target: Any, connection: Any, **_options: Any) -> None:
        for _row in connection.execute(sa.text("SELECT 1")):
            connection.execute(sa.text("CREATE VIEW seen AS SELECT 1"))

    return [meta]


def several() -> list[MetaData]:
    one, two = MetaData(), MetaData(schema="other")
    sa.Table("t", one, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("t", two, sa.Column("id", sa.Integer, primary_key=True))
    return [one, two]


def sharing() -> list[MetaData]:
    both = [MetaData(), MetaData()]
    for number, meta in enumerate(both):
        sa.Table(f"t{number}", meta, sa.Column("r", sa.Enum("a", "b", name="shared")))
    return both


def concurrent() -> list[MetaData]:
    meta = MetaData()
    table = sa.Table("t", meta, sa.Column("id", sa.Integer, primary_key=True))
    sa.Index("ix", table.c.id, postgresql_concurrently=True)
    return [meta]


def schema_event() -> list[MetaData]:
    meta = MetaData(schema="mine")
    sa.Table("t", meta, sa.Column("id", sa.Integer, primary_key=True))
    event.listen(meta, "before_create", said("CREATE SCHEMA mine"))
    return [meta]


def extension_type() -> list[MetaData]:
    meta = MetaData()
    table = sa.Table("t", meta, sa.Column("a", pg.CITEXT), sa.Column("b", sa.Text))
    sa.Index("ix", table.c.b, postgresql_using="gin", postgresql_ops={"b": "gin_trgm_ops"})
    return [meta]


TOLD = [enums, schemas, numbers, events, several]
ASKED = [asking, forgiving, truth]
REFUSED = [sharing, concurrent, schema_event, extension_type]


def built(server: Server, metadata: list[MetaData], *, told: bool, real: bool = False) -> Catalog:
    dsn = server.create()
    try:
        statements = compiled(metadata, server.version)
        assert bool(statements) is told
        create_all(dsn, metadata, (), None if real else statements)
        return catalog_of(dsn)
    finally:
        server.drop(dsn)


@pytest.mark.parametrize("models", TOLD)
def test_one_message_builds_what_the_real_one_does(
    models: Callable[[], list[MetaData]], disposable_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = built(disposable_server, models(), told=True, real=True)
    monkeypatch.setattr("verification.project.schema._emitted", None)  # it is not called
    assert built(disposable_server, models(), told=True) == real
    assert real.tables


@pytest.mark.parametrize("models", ASKED)
def test_a_listener_that_asks_gets_a_real_connection(
    models: Callable[[], list[MetaData]], disposable_server: Server
) -> None:
    catalog = built(disposable_server, models(), told=False)
    assert [view.name for view in catalog.views] == ["seen"]


@pytest.mark.parametrize("models", REFUSED)
def test_what_one_transaction_refuses_is_built_after_all(
    models: Callable[[], list[MetaData]], disposable_server: Server
) -> None:
    assert built(disposable_server, models(), told=True).tables


def test_both_catalogs_of_extensions_are_equal(disposable_server: Server) -> None:
    catalogs = []
    for real in (False, True):
        dsn, metadata = disposable_server.create(), extension_type()
        statements = None if real else compiled(metadata, disposable_server.version)
        create_all(dsn, metadata, [("citext", "kinds"), ("pg_trgm", "public")], statements)
        catalogs.append(catalog_of(dsn))
        disposable_server.drop(dsn)
    assert difference(*catalogs) == ()
    assert {each.name for each in catalogs[0].extensions} >= {"citext", "pg_trgm"}


def test_the_statement_that_fails_is_named(disposable_server: Server) -> None:
    meta = MetaData()
    sa.Table("fine", meta, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("t", meta, sa.Column("id", sa.Integer), sa.CheckConstraint("nothing > 0"))
    dsn = disposable_server.create()
    with pytest.raises(Unknown, match=r'"nothing" does not exist.*\(in: CREATE TABLE t'):
        create_all(dsn, [meta], (), compiled([meta], disposable_server.version))
    disposable_server.drop(dsn)


def test_an_extension_that_the_server_lacks_is_named(disposable_server: Server) -> None:
    dsn = disposable_server.create()
    said = "lacks the extension no_such_thing; let VERIFY_SCRATCH_URL name"
    for statements in (None, compiled(several(), disposable_server.version)):
        with pytest.raises(Unknown, match=said):
            create_all(dsn, several(), [("no_such_thing", "public")], statements)
    disposable_server.drop(dsn)


def test_who_listens_to_every_engine_is_heard() -> None:
    def search_path(*_: Any) -> None:
        """As a project may set it."""

    for name in ("connect", "before_cursor_execute"):
        event.listen(Engine, name, search_path)
        try:
            assert compiled(enums(), 170000) is None
        finally:
            event.remove(Engine, name, search_path)
    assert compiled(enums(), 170000) is not None


def test_only_what_the_texts_decide_may_be_kept() -> None:
    kept = {models: compiled(models(), 170000) for models in TOLD}
    assert {models for models, told in kept.items() if told and told.lasting} == {*TOLD} - {events}


@pytest.mark.parametrize(
    ("message", "extension"),
    [
        ('type "citext" does not exist', "citext"),
        ('type "public.geometry" does not exist', "postgis"),
        ("function uuid_generate_v4() does not exist", "uuid-ossp"),
        ("function public.gen_random_bytes(integer) does not exist", "pgcrypto"),
        ('operator class "gin_trgm_ops" does not exist for access method "gin"', "pg_trgm"),
        ('type "mine" does not exist', ""),
        ('relation "citext" does not exist', ""),
    ],
)
def test_the_extension_that_brings_a_name(message: str, extension: str) -> None:
    assert needed(message) == extension
