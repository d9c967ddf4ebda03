"""Run the examples in a check's page: each is a small project, verified by the real thing.

A fenced block belongs to an example when its first line reads `language bad|good [name]`. Blocks
that follow each other with the same word make one example, until a name comes again. A name with a
dot is a file of the project (`models.py`, `versions/1_start.py`, `pyproject.toml`); `sql` blocks
build the database of the fact they name (`declared`, `migrated`, `promised`, `deployed`; without a
name, `deployed`); an `env` block sets variables, in which `$SERVER` is the URL of a database that
answers and `$REMOTE` the same by a name that is not this machine's.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from typing import Any

from verification.adoption import complete
from verification.check import Check
from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.engine import look
from verification.report import Result
from verification.target import Target
from verification.target.catalogs import catalog_of

_FENCE = re.compile(
    r"^```(?P<language>\w+) (?P<verdict>bad|good)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_ENV_PY = """\
from alembic import context
from sqlalchemy import create_engine

with create_engine("postgresql+psycopg2://").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of an example."""

    language: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """One small project that a check must find fault with (`bad`) or leave in peace (`good`)."""

    check: Check
    verdict: str
    blocks: tuple[Block, ...]
    number: int

    def __str__(self) -> str:
        """How a test run names it."""
        return f"{self.check.id}-{self.verdict}-{self.number}"


def examples(check: Check) -> Sequence[Example]:
    """The examples in the check's page, in order."""
    scenes: list[tuple[str, list[Block]]] = []
    for match in _FENCE.finditer(check.page):
        block = Block(match["language"], match["name"] or "", match["text"])
        names = {(b.language, b.name) for b in scenes[-1][1]} if scenes else set()
        again = (block.language, block.name) in names
        if not scenes or scenes[-1][0] != match["verdict"] or again:
            scenes.append((match["verdict"], []))
        scenes[-1][1].append(block)
    return [
        Example(check, verdict, tuple(blocks), number)
        for number, (verdict, blocks) in enumerate(scenes, 1)
    ]


def verdict(example: Example, server: Server) -> Result:
    """Build the example's project and run its check on it."""
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        stack.enter_context(_fresh_models())
        stack.enter_context(_forgotten(root))
        _write(root, example.blocks)
        given: dict[str, object] = {"server": server, "results": ()}
        environment: dict[str, str] = {}
        for block in example.blocks:
            if block.language == "sql":
                dsn = stack.enter_context(_database(server, block.text))
                name = block.name or "deployed"
                given[name] = catalog_of(dsn)
                if name == "deployed":
                    given["dsn"] = dsn
            elif block.language == "env":
                address = stack.enter_context(_database(server, ""))
                remote = replace(address, host="db.example").with_parameters(hostaddr=address.host)
                filled = Template(block.text).substitute(
                    SERVER=address.reveal(), REMOTE=remote.reveal()
                )
                environment = dict(line.split("=", 1) for line in filled.splitlines() if line)
        config = complete(Config.load(root), {})
        target = stack.enter_context(Target(config=config, environment=environment, **given))
        return look(example.check, target)


def _write(root: Path, blocks: Sequence[Block]) -> None:
    files = {block.name: block.text for block in blocks if "." in block.name}
    settings = []
    if "models.py" in files:
        text = files["models.py"]
        base = "Base." if "class Base(" in text else "SQLModel."
        base = "" if "\nmetadata = MetaData(" in text else base
        settings.append(f'metadata = "models:{base}metadata"')
    if "main.py" in files:
        settings.append('app = "main:app"')
    if any(name.startswith("versions/") for name in files):
        files |= {"env.py": _ENV_PY, "alembic.ini": "[alembic]\nscript_location = %(here)s\n"}
    if settings:
        written = files.get("pyproject.toml", "[tool.verification]\n")
        head, table, tail = written.partition("[tool.verification]\n")
        files["pyproject.toml"] = "\n".join([head + table.rstrip("\n"), *settings, tail])
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _database(server: Server, sql: str) -> Iterator[Dsn]:
    dsn = server.create()
    try:
        if sql:
            with closing(connect(dsn)) as connection, connection.cursor() as cursor:
                cursor.execute(sql)
        yield dsn
    finally:
        server.drop(dsn)


@contextlib.contextmanager
def _fresh_models() -> Iterator[None]:
    """Each example has a SQLModel of its own, so that two may declare the same class."""
    try:
        import sqlmodel  # noqa: PLC0415 - a project may do without it
    except ImportError:
        yield
        return
    from sqlalchemy.orm import registry  # noqa: PLC0415 - comes with sqlmodel

    library: Any = sqlmodel
    original = library.SQLModel
    library.SQLModel = type(original)("SQLModel", (original,), {}, registry=registry())
    try:
        yield
    finally:
        library.SQLModel = original


@contextlib.contextmanager
def _forgotten(root: Path) -> Iterator[None]:
    """The modules of the example are imported anew by the next one that has such names."""
    try:
        yield
    finally:
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", "") or "").startswith(f"{root}/"):
                del sys.modules[name]
