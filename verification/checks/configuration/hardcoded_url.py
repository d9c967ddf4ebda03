"""A service that always uses the same database."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from verification.check import check
from verification.config import Config
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, NotApplicable, Severity

MAKERS = {"create_engine", "create_async_engine"}


@check(Severity.WARNING)
def hardcoded_url(
    config: Config, engine_settings: Sequence[EngineSettings], place: Place
) -> Iterator[Finding]:
    """The URL stands in the code, and what the environment names has no effect.

    The service connects to the same database wherever it runs, often the developer's own, while
    everybody believes that it uses the one that `DATABASE_URL` names. Looked for are engines made
    from a URL that is written where they are made, for another host than the environment's.

    ```env bad
    DATABASE_URL=postgresql://a:b@db.example/app
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    from sqlalchemy import create_engine

    URL = "postgresql+psycopg2://postgres:postgres@localhost:5432/app"
    engine = create_engine(URL)
    ```

    ```env good
    DATABASE_URL=postgresql+psycopg2://a:b@db.example/app
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine

    URL = os.getenv("DATABASE_URL", "postgresql+psycopg2://postgres:postgres@localhost:5432/app")
    engine = create_engine(URL)
    ```
    """
    if place.app is None:
        raise NotApplicable(f"{config.database_url_variable} is not set")
    if any(engine.host == place.app.host for engine in engine_settings):
        return
    for engine in engine_settings:
        at = engine.location
        if at and at.line and not engine.own_creator and _literal(config.root / at.file, at.line):
            yield Finding(
                str(engine),
                f"the engine connects to {engine.host or 'a local socket'}, whatever"
                f" {config.database_url_variable} says: its URL is written in the code",
                f'create_engine(os.environ["{config.database_url_variable}"])',
                at,
            )


def _literal(path: Path, line: int) -> bool:
    """Whether the engine made there gets a text, or a name that is given one and nothing else."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return False
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in MAKERS and node.lineno <= line <= (node.end_lineno or node.lineno):
            given = node.args[0]
            if isinstance(given, ast.Name):
                values = _values(tree, given.id)
                return bool(values) and all(isinstance(each, ast.Constant) for each in values)
            return isinstance(given, ast.Constant)
    return False


def _values(tree: ast.AST, name: str) -> list[ast.expr | None]:
    """Everything that is assigned to a name anywhere in the module."""
    found: list[ast.expr | None] = []
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            found.append(getattr(node, "value", None))
    return found
