"""Which tables Alembic is told of, and which mapped classes it is not."""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.databases.drivers import diverted

LONGEST = 3.0  # seconds
MAPPED = re.compile(r"\btable\s*=\s*True|__tablename__|\b(?:Base|DeclarativeBase|SQLModel)\b")
ASIDE = re.compile(r"(^|/)(tests?|conftest|test_[^/]*|versions|env)(\.py)?(/|$)")


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of the tables that env.py gives to Alembic."""

    names: frozenset[str]


def told_to_alembic(file: str) -> Tables:
    """Run env.py in offline mode, which connects to nothing, and stop where it configures."""
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - in the child only
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    found: list[Tables] = []
    path = Path(file)
    config = _config(path)

    class Stop(BaseException):
        """Enough is known; env.py's own `except Exception` must not swallow it."""

    def note(*_: Any, **options: Any) -> None:
        given = options.get("target_metadata")
        collections = given if isinstance(given, (list, tuple)) else [given]
        names = [key for item in collections if item is not None for key in item.tables]
        found.append(Tables(frozenset(names)))
        raise Stop

    original = EnvironmentContext.configure
    EnvironmentContext.configure = note  # type: ignore[method-assign] # put back below
    try:
        with contextlib.chdir(path.parent), contextlib.suppress(Stop):
            script = ScriptDirectory.from_config(config)
            with EnvironmentContext(config, script, as_sql=True, fn=lambda *_: []):
                script.run_env()
    finally:
        EnvironmentContext.configure = original  # type: ignore[method-assign] # as it was
    if not found:
        raise RuntimeError("env.py configures nothing in offline mode")
    return found[0]


class _Seen(Exception):
    """Raised at the last step before the driver, which so never connects."""


def connects_to(file: str) -> str:
    """The host that env.py connects to when it is not offline; empty where it does not come to it.

    It may try again for minutes, so it is left alone after a while; nothing it does by then gets
    anywhere.
    """
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    path, hosts = Path(file), []

    def note(_driver: str, named: Mapping[str, Any]) -> Any:
        hosts.append(str(named.get("host") or ""))
        raise _Seen

    def run() -> None:
        with contextlib.suppress(BaseException):  # whatever the project's code raises
            config = _config(path)
            script = ScriptDirectory.from_config(config)
            with EnvironmentContext(config, script, fn=lambda *_: []):
                script.run_env()

    running = threading.Thread(target=run, daemon=True)
    with diverted(note), contextlib.chdir(path.parent):
        running.start()
        running.join(LONGEST)
    return hosts[0] if hosts else ""


def _config(path: Path) -> Any:
    from alembic.config import Config  # noqa: PLC0415 - in the child only

    if path.suffix == ".toml":
        return Config(toml_file=str(path))
    beside = path.with_name("pyproject.toml")
    return Config(str(path), toml_file=str(beside) if beside.exists() else None)


def mapped_elsewhere(root: Path, told: Tables) -> list[dict[str, Any]]:
    """Every mapped class of the project whose table Alembic is not told of."""
    _import_neighbours(root)
    from sqlalchemy.orm.mapper import _all_registries  # noqa: PLC0415 - in the child only

    mappers = {mapper for registry in _all_registries() for mapper in registry.mappers}
    missing = {}
    for mapper in mappers:
        place = _written(root, mapper.class_)
        here: list[Any] = list(mapper.tables)
        tables = [table for table in here if getattr(table, "key", None) not in told.names]
        views = any(getattr(table, "info", {}).get("is_view") for table in here)
        if place is not None and tables and not views:
            name = f"{mapper.class_.__module__}.{mapper.class_.__qualname__}"
            missing[name] = {"name": name, "table": tables[0].key, "location": place}
    return [missing[name] for name in sorted(missing)]


def _import_neighbours(root: Path) -> None:
    """The modules beside those that hold models: one that nothing imports is easily forgotten."""
    from sqlalchemy.orm.mapper import _all_registries  # noqa: PLC0415 - in the child only

    classes = [mapper.class_ for registry in _all_registries() for mapper in registry.mappers]
    for name in sorted({cls.__module__ for cls in classes if _written(root, cls)}):
        package = name.rpartition(".")[0]
        file = Path(str(getattr(sys.modules.get(name), "__file__", "") or ""))
        if not package:
            continue
        for path in sorted(file.parent.glob("*.py")):
            beside = f"{package}.{path.stem}"
            inner = path.relative_to(root).as_posix() if path.is_relative_to(root) else "tests"
            if path.stem == "__init__" or beside in sys.modules or ASIDE.search(inner):
                continue
            with contextlib.suppress(Exception, SystemExit):
                if MAPPED.search(path.read_text(encoding="utf-8")):
                    importlib.import_module(beside)


def _written(root: Path, cls: type) -> list[Any] | None:
    # Not by inspect: after project code has run greenlets, Python 3.11 cannot always parse.
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    path = Path(file or "").resolve()
    if not file or not path.is_relative_to(root) or "site-packages" in path.parts:
        return None
    inner = path.relative_to(root).as_posix()
    if ASIDE.search(inner):
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    found = re.search(rf"^[ \t]*class[ \t]+{re.escape(cls.__name__)}\b", text, re.MULTILINE)
    return [inner, text.count("\n", 0, found.start()) + 1 if found else 1]
