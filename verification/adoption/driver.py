"""Which driver a project's URLs are meant for, since the same URL fits only one of them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from verification.adoption.sources import texts

_WRITTEN = re.compile(r"\bpostgres(?:ql)?\+(asyncpg|psycopg2|psycopg)\b")
_ASYNC = re.compile(r"\b(create_async_engine|async_engine_from_config|AsyncEngine|AsyncSession)\b")
_PACKAGE = re.compile(r"^\s*[\"']?(asyncpg|psycopg2|psycopg)(?:-binary)?(?![\w-])", re.IGNORECASE)
_BESIDES = (".env.example", ".env.sample", ".env.template", ".env.dist", "alembic.ini")
ASYNC = ("asyncpg", "psycopg")
SYNC = ("psycopg2", "psycopg")


def nowhere(root: Path) -> str:
    """A URL in the project's own dialect that leads to no server: port 9 discards."""
    driver = driver_of(root)
    return f"postgresql{'+' if driver else ''}{driver}://nobody@127.0.0.1:9/nothing"


@lru_cache(maxsize=4)
def driver_of(root: Path) -> str:
    """The driver: as the project writes it in a URL, else as it depends on it; may be unknown."""
    code = list(texts(root))
    fit = ASYNC if any(_ASYNC.search(text) for text in code) else SYNC
    written = Counter(name for text in (*code, *_besides(root)) for name in _WRITTEN.findall(text))
    depended = Counter(_dependencies(root))
    for known in (written, depended):
        names = sorted((name for name in known if name in fit), key=lambda name: -known[name])
        if names:
            return names[0]
    return next((name for name in fit if find_spec(name) is not None), "")


def _besides(root: Path) -> Iterator[str]:
    for name in _BESIDES:
        path = root / name
        if path.is_file():
            yield path.read_text(encoding="utf-8", errors="replace")


def _dependencies(root: Path) -> Iterator[str]:
    lines = [
        line
        for path in root.glob("requirements*.txt")
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    pyproject = root / "pyproject.toml"
    if pyproject.is_file():
        try:
            document = tomllib.loads(pyproject.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            document = {}
        lines += document.get("project", {}).get("dependencies", [])
        lines += document.get("tool", {}).get("poetry", {}).get("dependencies", {})
    for line in lines:
        if match := _PACKAGE.match(line):
            yield match[1].lower()
