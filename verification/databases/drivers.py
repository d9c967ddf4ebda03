"""Make every PostgreSQL driver of this process connect to one database, whoever calls it."""

from __future__ import annotations

import functools
import importlib
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from verification.databases.redirect import PLACE, for_asyncpg
from verification.dsn import Dsn


def divert(dsn: Dsn) -> None:
    """From now on, and for good, connections that are opened past SQLAlchemy go to `dsn` too.

    Only for a process of our own that runs somebody's code: nothing is put back. A driver costs
    its import only if that code wants it.
    """
    for name in _PATCHES.keys() & sys.modules.keys():
        _PATCHES[name](dsn)
    sys.meta_path.insert(0, _Diverting(dsn))


class _Diverting(MetaPathFinder):
    """Lets the usual finders find a driver, and patches it when it has been imported."""

    def __init__(self, dsn: Dsn) -> None:
        self.dsn = dsn

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        patch = _PATCHES.get(name)
        if patch is None:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        loader: Any = spec.loader if spec else None
        if loader is None:
            return spec
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            patch(self.dsn)

        loader.exec_module = exec_module
        return spec


def _psycopg2(dsn: Dsn) -> None:
    library: Any = importlib.import_module("psycopg2")
    parse = importlib.import_module("psycopg2.extensions").parse_dsn
    connect = library.connect

    def diverted(given: str | None = None, *rest: Any, **options: Any) -> Any:
        named = {**parse(given or options.pop("dsn", None) or ""), **options}
        return connect(None, *rest, **_elsewhere(named, dsn))

    library.connect = functools.wraps(connect)(diverted)


def _psycopg(dsn: Dsn) -> None:
    library: Any = importlib.import_module("psycopg")
    parse = importlib.import_module("psycopg.conninfo").conninfo_to_dict
    for kind in (library.Connection, library.AsyncConnection):
        kind.connect = classmethod(_diverted(kind.connect.__func__, parse, dsn))
    library.connect = library.Connection.connect


def _diverted(connect: Any, parse: Any, dsn: Dsn) -> Any:
    def diverted(cls: Any, conninfo: str = "", **options: Any) -> Any:
        return connect(cls, "", **_elsewhere({**parse(conninfo), **options}, dsn))

    return functools.wraps(connect)(diverted)


def _asyncpg(dsn: Dsn) -> None:
    library: Any = importlib.import_module("asyncpg.connect_utils")
    parse = library._parse_connect_arguments  # noqa: SLF001 - pools and connections share it

    def diverted(**options: Any) -> Any:
        named = {name: None if name in PLACE else value for name, value in options.items()}
        return parse(**{**named, **for_asyncpg(dsn)})

    setattr(library, "_parse_connect_arguments", functools.wraps(parse)(diverted))  # noqa: B010 - private


def _elsewhere(named: dict[str, Any], dsn: Dsn) -> dict[str, Any]:
    return {key: value for key, value in named.items() if key not in PLACE} | dsn.libpq()


_PATCHES = {"psycopg2": _psycopg2, "psycopg": _psycopg, "asyncpg": _asyncpg}
