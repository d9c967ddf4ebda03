"""Make every PostgreSQL driver of this process connect to one database, whoever calls it."""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from verification.databases.place import elsewhere
from verification.dsn import Dsn

Place = Callable[[str, Mapping[str, Any]], Dsn]
"""Asked, with the driver and what it is given, when somebody connects; and only then."""


@contextlib.contextmanager
def diverted(place: Place) -> Iterator[None]:
    """While open, what anybody but the kit connects to is `place`, through whichever driver.

    The drivers are changed below what a project can hold a reference to from before, and a driver
    costs its import only if the project wants it. Of nested ones the innermost counts.
    """
    _PLACES.append(place)
    finder = _Diverting()
    try:
        if len(_PLACES) == 1:
            for name in _PATCHES.keys() & sys.modules.keys():
                _divert(name)
            sys.meta_path.insert(0, finder)
        yield
    finally:
        _PLACES.remove(place)
        if not _PLACES:
            sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, _Diverting)]
            while _UNDO:
                _UNDO.pop()()


# Of this process, as the drivers are.
_PLACES: list[Place] = []
_UNDO: list[Callable[[], None]] = []


class _Diverting(MetaPathFinder):
    """Lets the usual finders find a driver, and changes it when it has been imported."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name not in _PATCHES:
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
            if _PLACES:
                _divert(name)

        loader.exec_module = exec_module
        return spec


def _divert(name: str) -> None:
    for holder, attribute, change in _PATCHES[name]():
        original = holder.__dict__[attribute]
        inner = getattr(original, "__func__", original)
        made = functools.wraps(inner)(change(inner))
        setattr(holder, attribute, classmethod(made) if isinstance(original, classmethod) else made)
        _UNDO.append(functools.partial(setattr, holder, attribute, original))


def _there(driver: str, named: Mapping[str, Any]) -> dict[str, Any]:
    return elsewhere(driver, named, _PLACES[-1](driver, named))


_Patch = tuple[Any, str, Callable[[Any], Any]]


def _psycopg2() -> Iterator[_Patch]:
    library: Any = importlib.import_module("psycopg2")
    words: Any = importlib.import_module("psycopg2.extensions")

    def change(connect: Any) -> Any:
        def connect_elsewhere(dsn: str, **options: Any) -> Any:
            caller = sys._getframe(2).f_globals.get("__name__", "")  # noqa: SLF001 - cheap
            if not _PLACES or caller.partition(".")[0] == __name__.partition(".")[0]:
                return connect(dsn, **options)  # the kit knows where it goes
            return connect(words.make_dsn(**_there("psycopg2", words.parse_dsn(dsn))), **options)

        return connect_elsewhere

    yield library, "_connect", change


def _psycopg() -> Iterator[_Patch]:
    library: Any = importlib.import_module("psycopg")

    def change(parameters: Any) -> Any:
        def elsewhere_parameters(cls: Any, conninfo: str = "", **options: Any) -> Any:
            return _there("psycopg", parameters(cls, conninfo, **options))

        return elsewhere_parameters

    def change_async(parameters: Any) -> Any:
        async def elsewhere_parameters(cls: Any, conninfo: str = "", **options: Any) -> Any:
            return _there("psycopg", await parameters(cls, conninfo, **options))

        return elsewhere_parameters

    yield library.Connection, "_get_connection_params", change
    yield library.AsyncConnection, "_get_connection_params", change_async


def _asyncpg() -> Iterator[_Patch]:
    library: Any = importlib.import_module("asyncpg.connect_utils")

    def change(parse: Any) -> Any:
        def parse_elsewhere(**options: Any) -> Any:
            blank = dict.fromkeys(options)
            return parse(**{**blank, **_there("asyncpg", options)})

        return parse_elsewhere

    # Pools and single connections share it.
    yield library, "_parse_connect_arguments", change


def _pg8000() -> Iterator[_Patch]:
    library: Any = importlib.import_module("pg8000.core")

    def change(begin: Any) -> Any:
        def begin_elsewhere(self: Any, user: Any = None, *rest: Any, **options: Any) -> None:
            names = ("host", "database", "port", "password", "source_address")
            given = {"user": user, **dict(zip(names, rest, strict=False)), **options}
            begin(self, **_there("pg8000", given))

        return begin_elsewhere

    yield library.CoreConnection, "__init__", change


_PATCHES: dict[str, Callable[[], Iterator[_Patch]]] = {
    "psycopg2": _psycopg2,
    "psycopg": _psycopg,
    "asyncpg": _asyncpg,
    "pg8000.core": _pg8000,
}
