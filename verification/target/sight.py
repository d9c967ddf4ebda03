"""What the database to verify shows of itself, in one message that is sent early."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg2

from verification.catalog import DIGEST, SEPARATOR, STATEMENT, Catalog, content, forbidden, parse
from verification.catalog.choosing import chosen
from verification.config import Config
from verification.databases.reader import Reader, reading
from verification.databases.server import quoted
from verification.dsn import Dsn
from verification.finding import NotApplicable, Unknown
from verification.project import keeping
from verification.revisions import Migrations, Ran
from verification.target.catalogs import Template
from verification.target.fact import Facts, fact


@dataclass(frozen=True, slots=True)
class Looking:
    """A question that is on its way, and what was seen when it was asked the last time."""

    answer: Future[list[tuple[Any, ...]]]
    name: str
    """Under which name the answer is kept; empty where it is not to be."""
    known: str
    """The content of what is kept: if it is still the same, only that comes back."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look at the database to verify has shown."""

    deployed: Catalog
    """The schema."""
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
TOGETHER, GLANCE = (
    f"SELECT current_schema(), ({statement}), {STAMPED},"
    f" (SELECT coalesce(json_agg(json_build_array(q.a, q.b, q.c)), '[]'::json)::text"
    f" FROM ({UNENFORCED}) q (a, b, c))"
    for statement in (STATEMENT, DIGEST)
)


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
def looking(connection: Reader, dsn: Dsn, target: Facts) -> Iterator[Looking]:
    """The question after schema and versions, asked while other things are learnt."""
    name = known = ""
    if keeping.wanted(target["environment"]) and _is_lasting(target):
        name = keeping.place(dsn)
        known = keeping.content_of(name)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(connection.rows, GLANCE if known else TOGETHER)
        yield Looking(answer, name, known)
        if not answer.done():
            connection.raw.cancel()  # nobody waits for it any more


def _is_lasting(target: Facts) -> bool:
    """Whether the database to verify will be there the next time: a rehearsal will not."""
    try:
        return bool(target["url"])
    except (KeyError, NotApplicable, Unknown):
        return False


@fact
def sight(looking: Looking, connection: Reader) -> Sight:
    """Schema and versions of the database to verify: in one message, two if the schema changed."""
    try:
        ((schema, document, stamped, unenforced),) = looking.answer.result()
        if looking.known:
            if content(document) == looking.known and (old := keeping.find(looking.name)):
                document = old.partition(SEPARATOR)[0] + document[document.index(SEPARATOR) :]
            else:
                ((schema, document, stamped, unenforced),) = connection.rows(TOGETHER)
    except psycopg2.Error:
        return Sight(parse(_document(connection)), None, None, None)
    stamps = {
        (place, name): None if rows is None else _versions(rows)
        for place, name, rows in json.loads(stamped)
    }
    keys = tuple(tuple(row) for row in json.loads(unenforced))
    return Sight(_noted(document, looking), schema, stamps, keys)


def _noted(document: str, looking: Looking) -> Catalog:
    """The catalog of a document, kept for the next time where that saves something."""
    if not looking.name or len(document) < keeping.WORTH:
        return parse(document)
    now = content(document)
    if now != looking.known:
        keeping.keep(looking.name, document, now)
    return Catalog.later(now, lambda: parse(document))


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
def entire(sight: Sight) -> Catalog:
    """What the database to verify really has, in whatever schema it lies."""
    return sight.deployed


@fact
def deployed(entire: Catalog, config: Config) -> Catalog:
    """What it has in the schemas that the project names; in all, where it names none."""
    if not config.schemas:
        return entire
    # Which part it is of a content stands for the content of the part.
    part = f"{entire.content} {' '.join(config.schemas)}" if entire.content else ""
    return Catalog.later(part, lambda: chosen(entire, config.schemas))


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
