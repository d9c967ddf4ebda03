"""The server's programs, made usable for the user who is to run them."""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.databases.identity import Identity

OLDEST = 14


class Failed(Exception):
    """A program of the server did not do its work; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs that were seen to run."""

    path: Path
    version: str
    icu: str

    @property
    def major(self) -> int:
        """17 of 17.10."""
        return int(re.split(r"\D", self.version, maxsplit=1)[0])


def provide(
    job: dict[str, Any], directory: Path, identity: Identity, environment: Mapping[str, str]
) -> Programs:
    """Find the programs runnable in place, or copy them to where they are. Raises Failed."""
    path = Path(job["path"])
    if job["archive"]:
        with tarfile.open(job["archive"], "r:gz") as packed:
            packed.extractall(directory / "programs", filter="data")
        path = directory / "programs" / path
        readable(directory / "programs")
    for name in ("initdb", "postgres"):
        if not (path / name).is_file():
            raise Failed(f"no {name} in {path}")
    try:
        version = ask(path, directory, identity, environment)
    except Failed:
        if not identity.switches or job["archive"]:
            raise
        path = copy(path, directory / "programs")
        version = ask(path, directory, identity, environment)
    icu = path.parent / "share" / "icu"
    programs = Programs(path, version, str(icu) if icu.is_dir() else "")
    if programs.major < OLDEST:
        raise Failed(f"PostgreSQL {version} is too old; {OLDEST} or newer is needed")
    return programs


def ask(path: Path, directory: Path, identity: Identity, environment: Mapping[str, str]) -> str:
    """The version, asked of the program itself by the user who is to run it."""
    log = directory / "version.log"
    try:
        with log.open("wb") as output:
            ended = identity.spawn([path / "postgres", "--version"], environment, output).wait()
    except OSError as error:
        raise Failed(f"postgres does not run: {error.strerror}") from None
    found = re.search(r"\d+(\.\d+|[a-z]+\d*)?", last_words(log))
    if ended != 0 or not found:
        raise Failed(f"postgres does not run: {last_words(log)}")
    return found[0]


def copy(path: Path, target: Path) -> Path:
    """Copy an installation whose place another user cannot reach."""
    if path.name != "bin":
        raise Failed("postgres does not run: another user than root cannot reach it")
    shutil.copytree(path.parent, target, symlinks=True)
    readable(target)
    return target / "bin"


def readable(tree: Path) -> None:
    """Let everybody read files and enter directories."""
    for entry in (tree, *tree.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(0o755 if entry.is_dir() or entry.stat().st_mode & 0o100 else 0o644)


def last_words(log: Path) -> str:
    """The last lines a program has written, as one."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return " ".join(" ".join(lines[-4:]).split()) or "without a word"
