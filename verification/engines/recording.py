"""Note every SQLAlchemy engine that is made, and by which line of the project."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from verification.databases.drivers import diverted

FOREIGN = {"site-packages", "dist-packages", ".venv", "venv", "node_modules"}
LONGEST = 5.0  # seconds for a function of the project's own that connects
_KIT = Path(__file__).parents[1]
CREDENTIALS = {"password", "passwd", "sslpassword"}


class _Connecting(Exception):
    """Raised at the last step before the driver, which so never connects."""


class Recorder:
    """While open, every engine made in this process is noted."""

    def __init__(self, root: Path) -> None:
        """Lines under `root` are the project's own."""
        self._root = root
        self._made: list[tuple[Any, list[Any] | None, bool]] = []
        self.serving = False
        """Whether what is made now is made for a request."""

    def __enter__(self) -> Self:
        """Watch the hook that SQLAlchemy calls at the end of every way of making an engine."""
        from sqlalchemy.engine.interfaces import Dialect  # noqa: PLC0415 - 500 ms, in the child

        dialect: Any = Dialect  # whose type says that methods are not replaced
        self._dialect = dialect
        self._original = Dialect.__dict__["engine_created"]
        note = self._note
        dialect.engine_created = classmethod(lambda _, engine: note(engine))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._dialect.engine_created = self._original

    def _note(self, engine: Any) -> None:
        # Of psycopg's asynchronous engines both the dialect asked for and the one used are told.
        if not any(engine is made for made, *_ in self._made):
            self._made.append((engine, self._caller(), self.serving))

    def _caller(self) -> list[Any] | None:
        frame: Any = sys._getframe(2)  # noqa: SLF001 - inspect.stack() reads every source file
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(self._root) and not path.is_relative_to(_KIT):
                inner = path.relative_to(self._root)
                if not FOREIGN & set(inner.parts):
                    return [inner.as_posix(), frame.f_lineno]
            frame = frame.f_back
        return None

    def settings(self, canary: str) -> list[dict[str, Any]]:
        """The project's engines for PostgreSQL as JSON, each place once, Alembic's left out."""
        found: dict[str, dict[str, Any]] = {}
        for engine, place, serving in self._made:
            ours = place is not None and not _of_migrations(place[0])
            if ours and engine.dialect.name == "postgresql":
                described = _described(engine, place, canary)
                key = repr((place, sorted(described.items(), key=str)))
                found.setdefault(key, described)["made_while_serving"] += serving
        return list(found.values())


def _of_migrations(file: str) -> bool:
    """Migrations, tests and scripts have engines that serve nobody."""
    parts = Path(file).parts
    name = parts[-1]
    aside = {"tests", "test", "migrations", "alembic", "versions", "scripts"} & set(parts[:-1])
    return bool(aside) or name in {"env.py", "conftest.py"} or name.startswith("test_")


def _described(engine: Any, place: Any, canary: str) -> dict[str, Any]:
    pool = engine.pool
    own = not str(pool._creator.__module__).startswith("sqlalchemy.engine.create")  # noqa: SLF001 - nothing public tells, and calling it would connect
    given = _given_by_creator(engine) if own else _arguments(engine)
    settings = given.pop("server_settings", None) if given else None
    return {
        "driver": engine.dialect.driver.removesuffix("_async"),
        "pool": type(pool).__name__,
        "size": _number(getattr(pool, "size", None)),
        "overflow": int(getattr(pool, "_max_overflow", 0)),
        "recycle": int(getattr(pool, "_recycle", -1)),
        "pre_ping": bool(getattr(pool, "_pre_ping", False)),
        "host": str(engine.url.host or (given or {}).get("host") or ""),
        "database": str(engine.url.database or ""),
        "echo": bool(engine.echo),
        "autocommit": _isolation(engine) == "AUTOCOMMIT",
        "made_while_serving": 0,
        "arguments": dict(_shown(given or {}, canary)),
        "server_settings": dict(_shown(settings or {}, canary)),
        "own_creator": own,
        "location": place,
    }


def _isolation(engine: Any) -> str:
    options = engine.get_execution_options()
    always = getattr(engine.dialect, "_on_connect_isolation_level", None)
    return str(options.get("isolation_level") or always or "").upper()


def _number(size: Any) -> int:
    try:
        return int(size()) if callable(size) else 0
    except (TypeError, ValueError):
        return 0


def _given_by_creator(engine: Any) -> dict[str, Any] | None:
    """What a function of the project's own gives to the driver; None where it gets to none."""
    seen: dict[str, Any] = {}

    def note(_driver: str, named: Mapping[str, Any]) -> Any:
        seen.update(named)
        raise _Connecting

    def call() -> None:
        with contextlib.suppress(Exception, SystemExit):
            if engine.dialect.is_async:
                asyncio.run(greenlet_spawn(engine.pool._creator))  # noqa: SLF001 - as below
            else:
                engine.pool._creator()  # noqa: SLF001 - as below

    from sqlalchemy.util.concurrency import greenlet_spawn  # noqa: PLC0415 - in the child only

    calling = threading.Thread(target=call, daemon=True)
    with diverted(note):
        calling.start()
        calling.join(LONGEST)
    return {key: value for key, value in seen.items() if value is not None} or None


def _arguments(engine: Any) -> dict[str, Any] | None:
    """What the driver would be given."""
    from sqlalchemy import event  # noqa: PLC0415 - in the child only

    seen: dict[str, Any] = {}

    def stop(_dialect: Any, _record: Any, _positional: Any, named: Any) -> None:
        seen.update(named)
        raise _Connecting

    event.listen(engine, "do_connect", stop)
    try:
        engine.pool._creator()  # noqa: SLF001 - the pool's own bookkeeping is not to be disturbed
    except _Connecting:
        return seen
    except Exception:  # noqa: BLE001 - a listener of the project's own came first and failed
        return seen or None
    finally:
        event.remove(engine, "do_connect", stop)
    return None


def _shown(values: Mapping[str, Any], canary: str) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        text = "***" if key in CREDENTIALS else _text(value).replace(canary, "***")
        yield key, text


def _text(value: Any) -> str:
    if isinstance(value, ssl.SSLContext):
        return _mode(value)
    plain = isinstance(value, (str, int, float, bool, type(None)))
    return str(value) if plain else repr(value)


def _mode(context: ssl.SSLContext) -> str:
    """What libpq would call it."""
    if context.verify_mode != ssl.CERT_REQUIRED:
        return "require"
    return "verify-full" if context.check_hostname else "verify-ca"
