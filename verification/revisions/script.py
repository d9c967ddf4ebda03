"""The project's Alembic script directory, and its env.py run against a database of our choice."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from verification.databases.redirect import redirected
from verification.dsn import Dsn
from verification.finding import Location, Unknown
from verification.quiet import quiet
from verification.revisions.chain import Break, breaks, line_of, scripts, shown
from verification.revisions.deadline import Expired, deadline
from verification.revisions.flask_migrate import application, located
from verification.revisions.patience import end_sessions, impatient
from verification.revisions.shared import shared_roles
from verification.revisions.survivors import surviving
from verification.text import described

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

Steps = Callable[[Any, Any], Iterable[Any]]
"""Given the revisions a database is at and Alembic's context, the steps to run on it."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: its id, the ids it follows, and where it is written."""

    id: str
    follows: tuple[str, ...]
    location: Location
    summary: str
    path: Path = field(default_factory=Path, compare=False)
    rests_on: tuple[str, ...] = ()
    """What must be applied before it: what it follows, and what it depends on."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What running env.py showed: where things are kept, and which metadata it compares."""

    version_table: str = "alembic_version"
    version_schema: str | None = None
    target_metadata: Any = None
    home: str = ""
    """The schema to which names without one led, where env.py has a connection."""


@dataclass(frozen=True, slots=True)
class Migrations:
    """The revisions of a project, and the way to run them."""

    root: Path
    file: Path
    heads: tuple[str, ...]
    revisions: tuple[Revision, ...]
    """In an order in which they can be applied."""
    variables: Mapping[str, str] = field(default_factory=dict)
    script: Any = field(default=None, repr=False, compare=False)
    """Alembic's ScriptDirectory, with every module imported once."""
    path: tuple[str, ...] = field(default=(), compare=False)
    """What the configuration prepends to sys.path."""
    seconds: float = field(default=600, compare=False)
    """How long all of them may take."""

    def upgrade(self, dsn: Dsn, revision: str = "heads") -> Ran:
        """Run env.py and upgrade `dsn`, and nothing else. Raises Unknown where it fails."""
        return self._carefully(dsn, lambda at, _: self.script._upgrade_revs(revision, at))  # noqa: SLF001 - the only way to pass steps to an EnvironmentContext, as alembic.command does

    def downgrade(self, dsn: Dsn, revision: str) -> Ran:
        """Run env.py and downgrade `dsn`. Raises Unknown where it fails."""
        return self._carefully(dsn, lambda at, _: self.script._downgrade_revs(revision, at))  # noqa: SLF001 - as above

    def versions(self, dsn: Dsn) -> Ran:
        """Run env.py on `dsn` without any step, to learn how it keeps its versions."""
        return self._carefully(dsn, lambda _at, _context: [])

    def run(self, dsn: Dsn, steps: Steps) -> Ran:
        """Run env.py on `dsn` with these steps. Raises whatever the project's code raises."""
        from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - as above

        ran = Ran()
        known: list[tuple[Any, frozenset[str]]] = []
        config = _config(self.file)
        if several := config.get_main_option("databases"):
            raise Unknown(
                f"env.py migrates several databases at once ({several}), and only one is rehearsed"
            )

        def go(at: Any, context: Any) -> Iterable[Any]:
            nonlocal ran
            metadata = context.opts.get("target_metadata")
            known.extend((each, frozenset(each.tables)) for each in _collections(metadata))
            home = current_schema(context)
            ran = Ran(context.version_table, context.version_table_schema, metadata, home)
            return steps(at, context)

        with (
            warnings.catch_warnings(action="ignore"),
            inside(self.file.parent, self.path),
            redirected(dsn, dict(self.variables)),
            quiet(),
            surviving(),
            shared_roles(),
            application(self.root, self.file),
            EnvironmentContext(config, self.script, fn=go),
        ):
            try:
                self.script.run_env()
            finally:
                _forget(known)
        return ran

    def _carefully(self, dsn: Dsn, steps: Steps) -> Ran:
        try:
            with impatient(dsn), deadline(self.seconds, lambda: end_sessions(dsn)):
                return self.run(dsn, steps)
        except Unknown:
            raise
        except Expired as error:
            raise Unknown(f"the migrations did not end within {self.seconds:g} s") from error
        except (Exception, SystemExit) as error:
            text = " ".join(described(error).split()[:60])
            raise Unknown(f"the migrations do not run: {text}") from error


def _collections(metadata: Any) -> list[Any]:
    given = metadata if isinstance(metadata, (list, tuple)) else [metadata]
    return [each for each in given if each is not None]


def _forget(known: Iterable[tuple[Any, frozenset[str]]]) -> None:
    """A revision may reflect old tables into the models' metadata; they are no models for that."""
    for collection, names in known:
        for name in set(collection.tables) - names:
            if not _is_mapped(collection.tables[name]):
                collection.remove(collection.tables[name])


def _is_mapped(table: Any) -> bool:
    from sqlalchemy.orm.mapper import _all_registries  # noqa: PLC0415 - hardly ever needed

    return any(mapper.local_table is table for each in _all_registries() for mapper in each.mappers)


def current_schema(context: Any) -> str:
    """Where a revision's names without a schema lead first; empty where that is nowhere yet."""
    if context.connection is None:
        return ""
    cursor = context.connection.connection.cursor()
    try:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0] or "")
    finally:
        cursor.close()


def load(root: Path, file: Path, variables: Mapping[str, str], seconds: float = 600) -> Migrations:
    """Read the script directory that `file` (alembic.ini or pyproject.toml) points at.

    Raises Unknown where the folder is missing or its revisions are no history.
    """
    from alembic.script.revision import RevisionMap  # noqa: PLC0415 - only migrations need it
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    read = _read(root, file)
    if read.breaks:
        more = f" (and {len(read.breaks) - 1} more)" if len(read.breaks) > 1 else ""
        first = read.breaks[0]
        raise Unknown(f"the revisions are no history: {first.location}: {first.message}{more}")
    script = read.script
    script.revision_map = RevisionMap(lambda: iter(read.entries))  # a file is imported only once
    try:
        with warnings.catch_warnings(action="ignore"):
            revisions = tuple(_revision(root, entry) for entry in script.walk_revisions())
            heads = tuple(script.get_heads())
    except (CommandError, KeyError) as error:
        raise Unknown(f"the revisions cannot be read: {' '.join(str(error).split())}") from None
    return Migrations(root, file, heads, revisions[::-1], variables, script, read.path, seconds)


def broken(root: Path, file: Path) -> tuple[Break, ...]:
    """Everything that keeps the revisions from being one history. Raises Unknown."""
    return _read(root, file).breaks


class _Read(NamedTuple):
    script: Any
    entries: list[Any]
    breaks: tuple[Break, ...]
    path: tuple[str, ...]


def _read(root: Path, file: Path) -> _Read:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - 800 ms only migrations need
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    with warnings.catch_warnings(action="ignore"), inside(file.parent), quiet(), surviving():
        config = _config(file)
        try:
            script = ScriptDirectory.from_config(config)
        except (CommandError, ImportError, KeyError, ValueError) as error:
            text = " ".join(str(error).split())
            raise Unknown(f"the script directory cannot be read: {text}") from None
        path = tuple(config.get_prepend_sys_paths_list() or ())
        entries, unreadable = scripts(script, root)
    return _Read(script, entries, (*unreadable, *breaks(entries, root)), path)


def _config(file: Path) -> AlembicConfig:
    config = _as_written(file)
    located(config, file)
    return config


def _as_written(file: Path) -> AlembicConfig:
    from alembic.config import Config  # noqa: PLC0415 - as above

    silent = io.StringIO()
    # As from the command line, for an env.py that looks: `alembic upgrade heads`.
    words = Namespace(
        config=[str(file)], name="alembic", x=None, raiseerr=False, revision="heads", sql=False,
        tag=None,
    )  # fmt: skip
    if file.suffix == ".toml":
        return Config(toml_file=str(file), stdout=silent, output_buffer=silent, cmd_opts=words)
    beside = file.with_name("pyproject.toml")
    toml = str(beside) if beside.exists() else None
    return Config(str(file), toml_file=toml, stdout=silent, output_buffer=silent, cmd_opts=words)


def _revision(root: Path, entry: Any) -> Revision:
    path = Path(entry.path).resolve()
    follows = entry.down_revision or ()
    follows = (follows,) if isinstance(follows, str) else tuple(follows)
    place = Location(shown(path, root), line_of(path, "upgrade") or 1)
    rests_on = tuple(sorted(entry._all_down_revisions))  # noqa: SLF001 - labels are resolved here
    return Revision(entry.revision, follows, place, entry.doc or "", path, rests_on)


@contextlib.contextmanager
def inside(folder: Path, first: Iterable[str] = ()) -> Iterator[None]:
    """Relative paths in the configuration are relative to it; imports must not stay behind."""
    path = list(sys.path)
    with contextlib.chdir(folder):
        sys.path[:0] = [*first, str(folder)]
        try:
            yield
        finally:
            sys.path[:] = path


def find(root: Path, configured: str) -> Path | None:
    """The file that configures Alembic: the configured one, or where Alembic itself looks."""
    if configured:
        path = (root / configured).resolve()
        if not path.is_file():
            raise Unknown(f"[tool.verification] alembic: there is no file {configured}")
        return path
    for candidate in (root / "alembic.ini", *sorted(root.glob("*/alembic.ini"))):
        if candidate.is_file():
            return candidate
    pyproject = root / "pyproject.toml"
    if pyproject.is_file() and "[tool.alembic]" in pyproject.read_text(encoding="utf-8"):
        return pyproject
    return None


__all__ = ["Migrations", "Ran", "Revision", "broken", "find", "inside", "load"]
