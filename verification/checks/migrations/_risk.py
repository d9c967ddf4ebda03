"""What a statement of a revision does to tables that are in use, and how to do it harmlessly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from verification.revisions import Direction, Linted, Statement, Walk, words

DATA = {"UPDATE", "DELETE", "INSERT", "MERGE", "SELECT", "WITH", "COPY"}

_ALTERED = re.compile(
    r"\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?([^\s(;]+)", re.IGNORECASE
)
_CONCURRENTLY = """\
with op.get_context().autocommit_block():
    op.create_index(..., postgresql_concurrently=True)"""
_NOT_VALID = """\
op.create_foreign_key(..., postgresql_not_valid=True)  # in this revision
op.execute("ALTER TABLE ... VALIDATE CONSTRAINT ...")  # in the next one"""
_CHECK = """\
op.create_check_constraint(..., postgresql_not_valid=True)  # in this revision
op.execute("ALTER TABLE ... VALIDATE CONSTRAINT ...")  # in the next one"""
_NOT_NULL = """\
op.execute("ALTER TABLE t ADD CONSTRAINT c CHECK (x IS NOT NULL) NOT VALID")  # in this revision
op.execute("ALTER TABLE t VALIDATE CONSTRAINT c")  # in the next one
op.alter_column("t", "x", nullable=False); op.drop_constraint("c", "t")  # then: no scan is left"""
_UNIQUE = """\
with op.get_context().autocommit_block():
    op.create_index("uq", "t", ["x"], unique=True, postgresql_concurrently=True)
op.execute("ALTER TABLE t ADD CONSTRAINT uq UNIQUE USING INDEX uq")"""
_VALIDATE = "VALIDATE CONSTRAINT in a revision of its own, after the locks of this one are gone"
_REFRESH = "REFRESH MATERIALIZED VIEW CONCURRENTLY (it needs a unique index)"
_REINDEX = "with op.get_context().autocommit_block(): op.execute('REINDEX ... CONCURRENTLY')"
_COLUMN = """\
op.add_column("t", sa.Column("new", ..., nullable=True))  # 1: add, and write both
# 2: backfill in batches, outside of any migration's transaction
# 3: read the new column; drop the old one in a later release"""
_DEFAULT = """\
op.add_column("t", sa.Column("x", ..., nullable=True))  # without the default: instant
op.alter_column("t", "x", server_default=...)  # for new rows; backfill the others in batches"""


def statements(walk: Walk) -> Iterator[tuple[str, Statement]]:
    """Every statement of the watched revisions that was looked at, with its revision."""
    for step in walk.steps:
        if step.direction is Direction.UP and step.revision in walk.watched:
            yield from ((step.revision, each) for each in step.statements if each.traced)


def for_long(statement: Statement, table: str) -> bool:
    """Whether the statement reads all of this table under its locks."""
    if table in statement.rewritten:
        return statement.first_word == "REFRESH"  # what rewrites a table, table-rewrite tells
    if statement.first_word == "LOCK":
        return True
    return table in statement.scanned and concerns(statement, table)


def harms(statement: Statement) -> bool:
    """Whether the trace found that it keeps others from a table for long."""
    held = any(lock.blocks and for_long(statement, lock.table) for lock in statement.locks)
    return held or bool(statement.rewritten)


class Found(StrEnum):
    """Who warns of a statement."""

    BOTH = "both"
    TRACED = "only traced"
    STATIC = "only static"
    NOBODY = "nobody"
    UNREAD = "not analysed"


def reconcile(statement: Statement, linted: Linted | None) -> Found:
    """The trace beside squawk; a trace that found nothing is right against a text that looks bad.

    Squawk does not know which tables are new, nor what PostgreSQL can do without a rewrite.
    """
    rules = linted.get(statement.text, frozenset()) if linted is not None else frozenset()
    if statement.traced:
        if harms(statement):
            return Found.BOTH if rules else Found.TRACED
        return Found.NOBODY
    if rules is None or linted is None:
        return Found.UNREAD
    return Found.STATIC if rules else Found.NOBODY


def agreed(statement: Statement, linted: Linted | None) -> str:
    """`; squawk agrees (rule)`, where it does."""
    if linted is None or reconcile(statement, linted) is not Found.BOTH:
        return ""
    return f"; squawk agrees ({', '.join(sorted(linted.get(statement.text) or ()))})"


def recipe(statement: Statement) -> str:
    """How the same is done without holding everybody up."""
    said = set(words(statement.text))
    choices = (
        ("VALIDATE" in said, _VALIDATE),
        ("REFRESH" in said, _REFRESH),
        ("REINDEX" in said, _REINDEX),
        ({"CREATE", "INDEX"} <= said, _CONCURRENTLY),
        ({"FOREIGN", "KEY"} <= said or "REFERENCES" in said, _NOT_VALID),
        ("UNIQUE" in said or {"PRIMARY", "KEY"} <= said, _UNIQUE),
        ("TYPE" in said, _COLUMN),
        ({"ADD", "CHECK"} <= said, _CHECK),
        ({"SET", "NOT", "NULL"} <= said, _NOT_NULL),
        ({"ADD", "COLUMN"} <= said, _DEFAULT),
    )
    return next((fix for fits, fix in choices if fits), "do it in steps that hold no lock for long")


def concerns(statement: Statement, table: str) -> bool:
    """Whether it is this table that the statement works through, not one it merely refers to.

    A foreign key of a new, empty table locks the table it refers to for a moment, and reads none of
    it.
    """
    if not {"FOREIGN", "REFERENCES"} & set(words(statement.text)):
        return True
    named = _ALTERED.match(statement.text)
    if named is None or statement.text.count(";") > 1:
        return True
    return table == named[1] or table.endswith(f".{named[1]}")
