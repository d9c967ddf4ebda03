"""Every statement of a revision: where it is written, what it locked, scanned and rewrote."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from verification.finding import Location
from verification.revisions.step import Lock, Statement, words

# Everything that tells what a statement did, of tables there were before it; in its own
# transaction, for nobody else can see it yet.
_STATE = """
SELECT c.oid::int8, pg_catalog.pg_relation_filenode(c.oid)::int8,
       pg_catalog.pg_stat_get_xact_numscans(c.oid),
       (SELECT pg_catalog.string_agg(l.mode, ' ') FROM pg_catalog.pg_locks l
        WHERE l.relation = c.oid AND l.pid = pg_catalog.pg_backend_pid() AND l.granted
          AND l.locktype = 'relation'),
       (SELECT s.source FROM pg_catalog.pg_settings s WHERE s.name = 'lock_timeout')
FROM pg_catalog.unnest(ARRAY[{oids}]::pg_catalog.oid[]) AS c(oid)
"""
_TABLES = """
SELECT c.oid::int8, pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_'
  AND c.relpersistence <> 't'
"""
# In order of strength; a table that is locked twice is locked by the stronger.
MODES = (
    "AccessShare",
    "RowShare",
    "RowExclusive",
    "ShareUpdateExclusive",
    "Share",
    "ShareRowExclusive",
    "Exclusive",
    "AccessExclusive",
)
# The sources of a setting that only the project itself can have used.
OWN = {"session", "client", "user", "database user"}
# These run in no transaction block, so what they lock cannot be looked at, and need not be: all
# but VACUUM FULL were made not to block.
_ALONE = {"CONCURRENTLY", "VACUUM", "DATABASE", "TABLESPACE", "SYSTEM", "SUBSCRIPTION"}


@dataclass(frozen=True, slots=True)
class _State:
    filenodes: Mapping[int, int | None]
    scans: Mapping[int, int]
    locks: Mapping[int, str]
    bounded: bool


@dataclass(slots=True)
class Tracer:
    """Notes what revisions send through SQLAlchemy, while one is running."""

    root: Path
    statements: list[Statement] = field(default_factory=list)
    _path: Path | None = None
    _fallback: Location | None = None
    _there: frozenset[int] | None = None  # what there was before the first watched revision
    _known: Mapping[int, str] = field(default_factory=dict)
    _before: _State | None = None
    _started: float = 0.0
    _wrapped: bool = False
    _busy: bool = False
    _nothing_there: bool = False  # it is watched, and there is no table that it could lock

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Hear of the statements of every engine."""
        from sqlalchemy import Engine, event  # noqa: PLC0415 - 500 ms that only project code needs

        event.listen(Engine, "before_cursor_execute", self._begin)
        event.listen(Engine, "after_cursor_execute", self._end)
        event.listen(Engine, "handle_error", self._fail)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._begin)
            event.remove(Engine, "after_cursor_execute", self._end)
            event.remove(Engine, "handle_error", self._fail)

    @contextlib.contextmanager
    def revision(self, path: Path, place: Location, connection: Any = None) -> Iterator[None]:
        """A revision is running; with a connection, what its statements do is looked at."""
        self.statements = []
        self._path, self._fallback = path, place
        self._known = {}
        if connection is not None:
            tables = {int(oid): str(name) for oid, name in _ask(connection, _TABLES)}
            # A table that an earlier one of the watched revisions makes is nobody's yet.
            self._there = frozenset(tables) if self._there is None else self._there
            self._known = {oid: name for oid, name in tables.items() if oid in self._there}
        self._nothing_there = connection is not None and not self._known
        try:
            yield
            if self._known:
                self._unseen(self._look(connection))
        finally:
            self._path, self._known, self._before = None, {}, None

    def _begin(
        self, connection: Any, _cursor: Any, text: str, _values: Any, _context: Any, _many: bool
    ) -> None:
        if self._path is None or self._busy:
            return
        self._before = None
        if self._known:
            self._wrapped = _autocommits(connection) and not _ALONE & set(words(text))
            if self._wrapped:
                _do(connection, "BEGIN")
            self._before = self._look(connection)
        self._started = time.perf_counter()

    def _end(
        self, connection: Any, _cursor: Any, text: str, _values: Any, _context: Any, _many: bool
    ) -> None:
        if self._path is None or self._busy:
            return
        seconds = time.perf_counter() - self._started
        place = _place(self._path, self.root) or self._fallback
        assert place is not None  # noqa: S101 - set together with the path
        before, self._before = self._before, None
        if before is None:
            self.statements.append(Statement(text, place, seconds, traced=self._nothing_there))
            return
        after = self._look(connection)
        if self._wrapped:
            _do(connection, "COMMIT")
        names = self._known
        self.statements.append(
            Statement(
                text,
                place,
                seconds,
                _locks(after, names),
                _locks(before, names),
                tuple(
                    names[oid]
                    for oid, node in after.filenodes.items()
                    if node is not None and node != before.filenodes.get(oid)
                ),
                tuple(
                    names[oid]
                    for oid, scans in after.scans.items()
                    if scans > before.scans.get(oid, 0)
                ),
                after.bounded,
                traced=True,
            )
        )

    def _fail(self, context: Any) -> None:
        if self._path is None or self._busy:
            return
        place = _place(self._path, self.root) or self._fallback
        if place is not None and context.statement:
            seconds = time.perf_counter() - self._started
            self.statements.append(Statement(context.statement, place, seconds))
        if self._wrapped and self._before is not None and context.connection is not None:
            with contextlib.suppress(Exception):
                _do(context.connection, "ROLLBACK")
        self._before = None

    def _unseen(self, state: _State) -> None:
        """Locks that no statement explains were taken behind SQLAlchemy's back."""
        seen = {lock for statement in self.statements for lock in statement.locks}
        taken = tuple(lock for lock in _locks(state, self._known) if lock not in seen)
        if any(lock.blocks for lock in taken) and self._fallback is not None:
            statement = Statement("", self._fallback, locks=taken, bounded=state.bounded)
            self.statements.append(statement)

    def _look(self, connection: Any) -> _State:
        self._busy = True
        try:
            rows = _ask(connection, _STATE.format(oids=", ".join(map(str, self._known))))
        finally:
            self._busy = False
        return _State(
            {row[0]: row[1] for row in rows},
            {row[0]: row[2] or 0 for row in rows},
            {row[0]: _strongest(row[3]) for row in rows if row[3]},
            bounded=any(row[4] in OWN for row in rows),
        )


def _locks(state: _State, names: Mapping[int, str]) -> tuple[Lock, ...]:
    return tuple(sorted((Lock(names[oid], mode) for oid, mode in state.locks.items()), key=str))


def _strongest(modes: str) -> str:
    held = {mode.removesuffix("Lock") for mode in modes.split()}
    return max(held & set(MODES), key=MODES.index, default="")


def _place(path: Path, root: Path) -> Location | None:
    """The line of the revision that is being run, however deep inside libraries we are."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - building a whole traceback costs 100 times as much
    while frame is not None:
        if frame.f_code.co_filename == str(path):
            shown = path.relative_to(root) if path.is_relative_to(root) else path
            return Location(shown.as_posix(), frame.f_lineno)
        frame = frame.f_back
    return None


def _autocommits(connection: Any) -> bool:
    return bool(getattr(connection.connection.dbapi_connection, "autocommit", False))


def _do(connection: Any, sql: str) -> None:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql)
    finally:
        cursor.close()


def _ask(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()
