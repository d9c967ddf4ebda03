"""A PostgreSQL data directory: made by initdb once, then copied from what was kept of that."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from verification.databases import cache
from verification.databases.identity import Identity
from verification.databases.programs import Misplaced, Programs, last_words

OPTIONS = (
    *("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
    *("--no-sync", "--no-instructions", "--wal-segsize=1"),
)
BUILTIN = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
BUILTIN_SINCE = 17


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data directory, and the password its superuser starts with."""

    data: Path
    password: str
    kept: str = ""
    """The name of what it was copied from, if it was."""


def prepare(
    programs: Programs, directory: Path, identity: Identity, environment: Mapping[str, str]
) -> Cluster:
    """Make the data directory. Raises Misplaced with the last words of initdb."""
    data, name = directory / "data", fingerprint(programs)
    kept = cache.find(name) if name else None
    if kept:
        try:
            return Cluster(data, restore(kept, data, identity), name)
        except (OSError, ValueError):
            # Somebody has cleared the cache, or a part of it.
            cache.forget(name)
            shutil.rmtree(data, ignore_errors=True)
    secret = directory / "password"
    secret.write_text(token_urlsafe(24), encoding="ascii")
    data.mkdir()
    identity.own(data, secret)
    initialise(programs, data, secret, identity, environment)
    if name:
        cache.keep(name, lambda fresh: store(fresh, data, secret))
    return Cluster(data, secret.read_text(encoding="ascii"))


def initialise(
    programs: Programs,
    data: Path,
    password: Path,
    identity: Identity,
    environment: Mapping[str, str],
) -> None:
    """Run initdb."""
    log = data.with_name("initdb.log")
    builtin = BUILTIN if programs.major >= BUILTIN_SINCE else ()
    where = (f"--pgdata={data}", f"--pwfile={password}")
    arguments = [str(programs.path / "initdb"), *where, *OPTIONS, *builtin]
    with log.open("wb") as output:
        ended = identity.spawn(arguments, environment, output).wait()
    if ended != 0:
        raise Misplaced(f"initdb failed: {last_words(log)}")


def store(fresh: Path, data: Path, password: Path) -> None:
    """Fill a directory of the cache."""
    shutil.copytree(data, fresh / "data", copy_function=shutil.copyfile)
    count = len(list(data.rglob("*")))
    content = f"{password.read_text(encoding='ascii')} {count}"
    (fresh / "password").write_text(content, encoding="ascii")


def restore(kept: Path, data: Path, identity: Identity) -> str:
    """Copy what was kept, see that it is whole, and return its password."""
    password, count = (kept / "password").read_text(encoding="ascii").split()
    shutil.copytree(kept / "data", data, copy_function=shutil.copyfile)
    entries = list(data.rglob("*"))
    if len(entries) != int(count):
        raise ValueError("a part is missing")
    identity.own(data, *entries)
    return password


def fingerprint(programs: Programs) -> str:
    """A name for what initdb makes here, or nothing where it must not be kept.

    A copy is not flushed to the disk, so it is good only until the machine starts again; where the
    system does not say when that was, nothing is kept.
    """
    boot = Path("/proc/sys/kernel/random/boot_id")
    if not boot.exists() or programs.temporary:
        return ""
    binary = (programs.path / "initdb").stat()
    parts = (programs.path, programs.version, binary.st_mtime_ns, binary.st_size, OPTIONS, BUILTIN)
    content = f"{boot.read_text(encoding='ascii')} {os.geteuid()} {parts}"
    return f"cluster-{hashlib.sha256(content.encode()).hexdigest()[:20]}"
