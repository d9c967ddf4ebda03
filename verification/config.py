"""What a project says of itself in `[tool.verification]`."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from verification.finding import Severity


class ConfigError(Exception):
    """The configuration cannot be used; the message is one line a person can act on."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding that the project lives with: why, and until when."""

    key: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a run. Every field but `root` is a key of `[tool.verification]`."""

    root: Path = field(default_factory=Path.cwd)
    app: str = ""  # "package.module:app", an ASGI application or a factory of one
    metadata: tuple[str, ...] = ()  # "package.module:attribute", each a MetaData or a list of them
    models: tuple[str, ...] = ()  # modules to import so that every mapped class is known
    pythonpath: tuple[str, ...] = ()  # folders to import from, besides the root and its src
    alembic: str = ""  # an alembic.ini or pyproject.toml; found by itself where empty
    migrations_since: str = ""  # how many of the newest revisions, or a git ref: one by one
    migration_timeout: int = 600  # seconds that all revisions may take on empty tables
    previous: str = ""  # the release now running: a git ref, or a folder
    database_url_variable: str = "DATABASE_URL"
    migration_url_variable: str = "MIGRATION_DATABASE_URL"
    environment: Mapping[str, str] = field(default_factory=dict)  # for the project's own settings
    headers: Mapping[str, str] = field(default_factory=dict)  # of every request; "env:NAME", too
    login: str = ""  # "package.module:function" that gives such headers, or a token
    schemas: tuple[str, ...] = ()  # all of the database's own, where empty
    leave_out: tuple[str, ...] = ()  # aspects of the schema that are nobody's business here
    neon_branch: str = ""  # the branch id (br-...) that must answer
    checks: tuple[str, ...] = ()  # packages with checks of the project's own
    only: tuple[str, ...] = ()  # check ids, families or patterns
    ignore: tuple[str, ...] = ()
    fail_on: Severity = Severity.WARNING
    depth: str = "quick"
    seed: int = 0  # 0: the same search in every run
    accept: tuple[Acceptance, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where the project's modules are imported from, besides what is installed."""
        return (self.root, self.root / "src", *(self.root / name for name in self.pythonpath))

    @classmethod
    def load(cls, root: Path) -> Self:
        """Read `[tool.verification]` of root's pyproject.toml. Raises ConfigError."""
        path = root / "pyproject.toml"
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise ConfigError(f"pyproject.toml cannot be read: {error}") from None
        tools = document.get("tool", {})
        table = tools.get("verification", {}) if isinstance(tools, dict) else tools
        if not isinstance(table, dict):
            raise ConfigError(f"[tool.verification] must be a table, not {table!r}")
        return cls.of(root, table)

    @classmethod
    def of(cls, root: Path, table: Mapping[str, Any]) -> Self:
        """Make the settings of a table as TOML gives it. Raises ConfigError on a wrong key."""
        known = {item.name for item in fields(cls)} - {"root"}
        values: dict[str, Any] = {}
        for written, value in table.items():
            name = written.replace("-", "_")
            if name not in known:
                raise ConfigError(
                    f"[tool.verification] has no key {written!r}{suggest(name, known)}"
                )
            values[name] = _read(name, value)
        return cls(root=root.resolve(), **values)


def suggest(word: str, known: set[str] | list[str]) -> str:
    """`; did you mean 'x'?` where something known is close to the word, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


DEPTHS = ("quick", "standard", "deep")


def _read(name: str, value: Any) -> Any:
    if reader := _READERS.get(name):
        return reader(value)
    shown = name.replace("_", "-")
    wanted = {item.name: str(item.type) for item in fields(Config)}[name]
    if wanted.startswith("tuple"):
        entries = [value] if isinstance(value, str) else value
        if isinstance(entries, list) and all(isinstance(entry, str) for entry in entries):
            return tuple(entries)
        raise ConfigError(f"{shown} must be a list of strings, not {value!r}")
    if not isinstance(value, str):
        raise ConfigError(f"{shown} must be a string, not {value!r}")
    return value


def _accept(value: Any) -> tuple[Acceptance, ...]:
    return tuple(_acceptance(key, entry) for key, entry in _table("accept", value).items())


def _environment(value: Any) -> Mapping[str, str]:
    return {key: str(entry) for key, entry in _table("environment", value).items()}


def _headers(value: Any) -> Mapping[str, str]:
    return {key: str(entry) for key, entry in _table("headers", value).items()}


def _table(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{name} must be a table, not {value!r}")
    return value


def _severity(value: Any) -> Severity:
    if value not in list(Severity):
        raise ConfigError(f"fail-on must be one of {', '.join(Severity)}, not {value!r}")
    return Severity(value)


def _depth(value: Any) -> str:
    if value not in DEPTHS:
        raise ConfigError(f"depth must be one of {', '.join(DEPTHS)}, not {value!r}")
    return str(value)


def _seed(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigError(f"seed must be a whole number, not {value!r}")
    return value


def _acceptance(key: str, entry: Any) -> Acceptance:
    given = {"reason": entry} if isinstance(entry, str) else entry
    reason = given.get("reason") if isinstance(given, dict) else None
    if not isinstance(reason, str) or not reason.strip():
        raise ConfigError(f"accept {key!r} needs a reason")
    until = given.get("until")
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        raise ConfigError(f"accept {key!r}: until must be a date such as 2027-01-31")
    if unknown := set(given) - {"reason", "until"}:
        raise ConfigError(f"accept {key!r} has no key {min(unknown)!r}")
    return Acceptance(key, reason, until)


def _count(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ConfigError(f"migrations-since must be a number or a git ref, not {value!r}")
    return str(value)


def _seconds(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigError(f"migration-timeout must be a number of seconds, not {value!r}")
    return value


_READERS = {
    "accept": _accept,
    "environment": _environment,
    "fail_on": _severity,
    "headers": _headers,
    "depth": _depth,
    "seed": _seed,
    "migrations_since": _count,
    "migration_timeout": _seconds,
}
