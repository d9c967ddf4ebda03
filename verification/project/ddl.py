"""The statements by which models build their schema, as far as they can be told offline."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from verification.catalog.parsing.document import uncollected

VIRTUAL_SINCE = 180000


@dataclass(frozen=True, slots=True)
class Statements:
    """What `create_all` would send, in its order."""

    texts: tuple[str, ...]
    lasting: bool
    """Whether the texts alone decide what they build: a script in a DDL event may ask the clock."""


def compiled(metadata: Iterable[Any], version: int) -> Statements | None:
    """The DDL of each MetaData, its events included, for a server of this `server_version_num`.

    None where only a real connection will do: a listener asks it something, or the project listens
    to the connections of every engine.
    """
    from sqlalchemy.dialects.postgresql import psycopg2  # noqa: PLC0415 - 500 ms

    if _overheard():
        return None
    dialect: Any = psycopg2.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own
    dialect.server_version_info = (version // 10000, version % 10000)
    dialect.supports_virtual_generated_columns = version >= VIRTUAL_SINCE
    vars(dialect)["_type_memos"] = _Types()
    recorder = Recorder(dialect)
    try:
        with warnings.catch_warnings(action="ignore"), uncollected():
            for item in metadata:
                item.create_all(recorder, checkfirst=False)
    except Exception:  # noqa: BLE001 - a listener of the project's, or a type that cannot be printed
        return None
    return None if recorder.asked else Statements(tuple(recorder.texts), recorder.lasting)


class Recorder:
    """Stands where a connection would: notes statements, and whether anybody wants an answer."""

    def __init__(self, dialect: Any) -> None:
        """Nothing is noted yet."""
        self.dialect = dialect
        self.name = dialect.name
        self.texts: list[str] = []
        self.lasting = True
        self.asked = False

    @property
    def engine(self) -> Recorder:
        """Where listeners look for the dialect too."""
        return self

    def schema_for_object(self, item: Any) -> str | None:
        """No schema is translated."""
        schema: str | None = item.schema
        return schema

    def execute(self, statement: Any, parameters: Any = None, **_options: Any) -> Answer:
        """Note a statement that takes no values and gives no rows."""
        from sqlalchemy import DDL, TextClause  # noqa: PLC0415 - as above
        from sqlalchemy.schema import ExecutableDDLElement  # noqa: PLC0415 - as above

        if not isinstance(statement, (ExecutableDDLElement, TextClause)) or parameters:
            self.asked = True
            return Answer(self)
        text = statement.compile(dialect=self.dialect)
        if isinstance(statement, TextClause):
            self.asked |= bool(text.params)
        of_sqlalchemy = type(statement).__module__.startswith("sqlalchemy.")
        self.lasting &= of_sqlalchemy and not isinstance(statement, (DDL, TextClause))
        self.texts.append(str(text))
        return Answer(self)

    def _run_ddl_visitor(
        self, visitor: Any, element: Any, *, checkfirst: Any = False, **options: Any
    ) -> None:
        # By this name SQLAlchemy asks whatever stands for a connection, its own mock included.
        self.asked |= bool(checkfirst)
        runner = visitor(dialect=self.dialect, connection=self, checkfirst=False, **options)
        runner.traverse_single(element)

    def __getattr__(self, name: str) -> Any:
        """Whatever else a connection can do needs a real one, even if its lack is forgiven."""
        self.asked = True
        raise AttributeError(name)


class Answer:
    """What a listener gets for a statement; to look at it is to need a connection."""

    def __init__(self, recorder: Recorder) -> None:
        """Remember whom to tell."""
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        """Rows, counts, keys: there are none."""
        self._recorder.asked = True
        raise AttributeError(name)

    def __bool__(self) -> bool:
        """A question like any other."""
        self._recorder.asked = True
        return True

    def __iter__(self) -> Any:
        """Rows: there are none."""
        self._recorder.asked = True
        return iter(())


class _Types(dict[Any, Any]):
    """What SQLAlchemy remembers of each type for a dialect, once for all types that are alike.

    A column has a type object of its own; to adapt each anew takes a quarter of the whole.
    """

    def __missing__(self, each: Any) -> Any:
        """What is remembered of a type that has the same class and attributes."""
        found = self.get(_likeness(each))
        if found is None:
            raise KeyError(each)
        super().__setitem__(each, found)
        return found

    def __setitem__(self, each: Any, found: Any) -> None:
        """Remember it of this one, and of those that are alike."""
        super().__setitem__(each, found)
        super().__setitem__(_likeness(each), found)


def _likeness(each: Any) -> Any:
    """What two types have in common that print the same; of a project's own type, only itself."""
    if type(each).__module__.startswith("sqlalchemy."):
        key = (type(each), *vars(each).items())
        with suppress(TypeError):
            hash(key)
            return key
    return each


def _overheard() -> bool:
    """Whether the project's code has a say in every connection, whichever engine makes it."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - as above
    from sqlalchemy.engine.events import ConnectionEvents  # noqa: PLC0415 - as above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415 - as above
    from sqlalchemy.pool.events import PoolEvents  # noqa: PLC0415 - as above

    pool = NullPool(_nothing)
    engine = create_engine("postgresql+psycopg2://", pool=pool, _initialize=False)
    heard = (
        (engine.dispatch, ConnectionEvents),
        (NullPool(_nothing).dispatch, PoolEvents),
        (engine.dialect.dispatch, type(engine.dialect).dispatch._events),  # noqa: SLF001 - DialectEvents is not public
    )
    return any(
        getattr(dispatch, name, None)
        for dispatch, events in heard
        for name in vars(events)
        if not name.startswith("_")
    )


def _nothing() -> Any:
    raise RuntimeError("this pool makes no connections")
