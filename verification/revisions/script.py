"""The project's Alembic script directory, and its env.py run against a database of our choice."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verification.databases.redirect import redirected
from verification.dsn import Dsn
from verification.finding import Location, Unknown
from verification.quiet import quiet

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig
    from alembic.script import ScriptDirectory


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: its id, the ids it follows, and where it is written."""

    id: str
    follows: tuple[str, ...]
    location: Location
    summary: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What running env.py showed: where versions are kept, and which metadata it compares."""

    version_table: str = "alembic_version"
    version_schema: str | None = None
    target_metadata: Any = None


@dataclass(frozen=True, slots=True)
class Migrations:
    """The revisions of a project, and the way to run them."""

    root: Path
    file: Path
    heads: tuple[str, ...]
    revisions: tuple[Revision, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    def upgrade(self, dsn: Dsn, revision: str = "heads") -> Ran:
        """Run env.py and upgrade `dsn`, and nothing else. Raises Unknown where it fails."""
        return _run(self, dsn, lambda script, at: script._upgrade_revs(revision, at))  # noqa: SLF001 - the only way to pass steps to an EnvironmentContext, as alembic.command does

    def downgrade(self, dsn: Dsn, revision: str) -> Ran:
        """Run env.py and downgrade `dsn`. Raises Unknown where it fails."""
        return _run(self, dsn, lambda script, at: script._downgrade_revs(revision, at))  # noqa: SLF001 - as above

    def versions(self, dsn: Dsn) -> Ran:
        """Run env.py on `dsn` without any step, to learn how it keeps its versions."""
        return _run(self, dsn, lambda _script, _at: [])


def load(root: Path, file: Path, variables: Mapping[str, str]) -> Migrations:
    """Read the script directory that `file` (alembic.ini or pyproject.toml) points at.

    Raises Unknown where the folder is missing or its revisions cannot be read.
    """
    from alembic.util import CommandError  # noqa: PLC0415 - 800 ms that only migrations need

    with _inside(file.parent):
        try:
            script = _script(_config(file))
            revisions = tuple(_revision(root, entry) for entry in script.walk_revisions())
            heads = tuple(script.get_heads())
        except (CommandError, SyntaxError, ImportError, KeyError) as error:
            raise Unknown(f"the revisions cannot be read: {' '.join(str(error).split())}") from None
    return Migrations(root, file, heads, revisions[::-1], variables)


def _config(file: Path) -> AlembicConfig:
    from alembic.config import Config  # noqa: PLC0415 - as above

    silent = io.StringIO()
    if file.suffix == ".toml":
        return Config(toml_file=str(file), stdout=silent, output_buffer=silent)
    beside = file.with_name("pyproject.toml")
    toml = str(beside) if beside.exists() else None
    return Config(str(file), toml_file=toml, stdout=silent, output_buffer=silent)


def _script(config: AlembicConfig) -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    return ScriptDirectory.from_config(config)


def _revision(root: Path, entry: Any) -> Revision:
    path = Path(entry.path).resolve()
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    follows = entry.down_revision or ()
    follows = (follows,) if isinstance(follows, str) else tuple(follows)
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if text.startswith("def upgrade")), 1)
    return Revision(entry.revision, follows, Location(shown.as_posix(), line), entry.doc or "")


def _run(migrations: Migrations, dsn: Dsn, steps: Any) -> Ran:
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - as above

    ran = Ran()
    config = _config(migrations.file)
    variables = {**migrations.variables}

    def go(at: Any, context: Any) -> Any:
        nonlocal ran
        ran = Ran(
            context.version_table,
            context.version_table_schema,
            context.opts.get("target_metadata"),
        )
        return steps(script, at)

    with _inside(migrations.file.parent), redirected(dsn, variables), quiet():
        script = _script(config)
        try:
            with EnvironmentContext(config, script, fn=go):
                script.run_env()
        except (Exception, SystemExit) as error:
            text = " ".join(str(error).split()[:60])
            raise Unknown(f"the migrations do not run: {type(error).__name__}: {text}") from error
    return ran


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Relative paths in the configuration are relative to it; imports must not stay behind."""
    path = list(sys.path)
    with contextlib.chdir(folder):
        sys.path.insert(0, str(folder))
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


__all__ = ["Migrations", "Ran", "Revision", "find", "load"]
