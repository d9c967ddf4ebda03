"""The server's programs, made usable for the user who is to run them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.databases.directory import reachable
from verification.databases.identity import Identity

OLDEST = 14


class Failed(Exception):
    """There will be no server from these programs; the message says why in one line."""


class Misplaced(Failed):
    """There was no server in this directory; another directory may do better."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs that were seen to run."""

    path: Path
    version: str
    icu: str = ""
    """The directory of the ICU library's data, where the programs bring their own."""
    temporary: bool = False
    """Whether they are a copy that goes with the server's directory."""

    @property
    def major(self) -> int:
        """17 of 17.10."""
        return int(re.split(r"\D", self.version, maxsplit=1)[0])


def provide(
    job: dict[str, Any], directory: Path, identity: Identity, environment: Mapping[str, str]
) -> Programs:
    """Find the programs runnable where they are, or put a copy into the server's directory."""
    path, copies = Path(job["path"]), directory / "programs"
    if job["archive"]:
        path = unpack(Path(job["archive"]), copies) / path
    for name in ("initdb", "postgres"):
        if not (path / name).is_file():
            raise Failed(f"there is no {name} in {path}")
    try:
        version = ask(path, directory, identity, environment)
    except Failed:
        if not identity.changes or job["archive"] or path.name != "bin" or public(path):
            raise
        # A wheel under the home of root, say, which the server's user cannot enter.
        path = copy(path.parent, copies) / "bin"
        version = ask(path, directory, identity, environment)
    icu = path.parent / "share" / "icu"
    programs = Programs(
        path, version, str(icu) if icu.is_dir() else "", path.is_relative_to(copies)
    )
    if programs.major < OLDEST:
        raise Failed(f"PostgreSQL {version} is too old; {OLDEST} or newer is needed")
    return programs


def ask(path: Path, directory: Path, identity: Identity, environment: Mapping[str, str]) -> str:
    """The version, asked of the program itself by the user who is to run it."""
    log = directory / "version.log"
    problem = Misplaced if path.is_relative_to(directory) else Failed
    try:
        with log.open("wb") as output:
            ended = identity.spawn([path / "postgres", "--version"], environment, output).wait()
    except OSError as error:
        raise problem(f"{path / 'postgres'} does not run: {error.strerror}") from None
    found = re.search(r"PostgreSQL\) (\d+(?:\.\d+|[a-z]+\d*)?)", last_words(log))
    if ended != 0 or not found:
        raise problem(f"{path / 'postgres'} does not run: {last_words(log)}")
    return found[1]


def public(path: Path) -> bool:
    """Whether a stranger can get to the programs, so that a copy would do no better."""
    return reachable(path) and bool((path / "postgres").stat().st_mode & 0o001)


def copy(installation: Path, target: Path) -> Path:
    """Copy an installation."""
    shutil.copytree(installation, target, symlinks=True)
    return readable(target)


def unpack(archive: Path, target: Path) -> Path:
    """Unpack an installation."""
    import tarfile  # noqa: PLC0415 - rarely needed

    with tarfile.open(archive, "r:gz") as packed:
        packed.extractall(target, filter="data")
    return readable(target)


def readable(tree: Path) -> Path:
    """Let everybody read its files and enter its directories."""
    for entry in (tree, *tree.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or entry.stat().st_mode & 0o100 else 0o644)
    return tree


def last_words(log: Path) -> str:
    """The last lines a program has written, as one."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return " ".join(" ".join(lines[-4:]).split()) or "without a word"
