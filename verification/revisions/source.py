"""What the source of a revision says without being run."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from verification.revisions.script import Migrations


def idle(path: Path, name: str) -> str:
    """How a function of a module does nothing: `is missing`, `is empty`, `refuses`; else empty."""
    try:
        module = ast.parse(path.read_bytes())
    except (SyntaxError, OSError, ValueError):
        return ""
    found = [
        node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    if not found:
        return "is missing" if not _bound(module, name) else ""
    body = [node for node in found[-1].body if not _says_nothing(node)]
    if not body:
        return "is empty"
    return "refuses" if isinstance(body[0], ast.Raise) else ""


def imports(path: Path, migrations: Migrations) -> Iterator[tuple[str, int]]:
    """The project's own modules that a revision imports, each with its line.

    What lies beside the revisions, in the script directory, was written for them.
    """
    try:
        module = ast.parse(path.read_bytes())
    except (SyntaxError, OSError, ValueError):
        return
    for node in ast.walk(module):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name and _is_own(name, migrations):
                yield name, getattr(node, "lineno", 1)


def _is_own(name: str, migrations: Migrations) -> bool:
    scripts = Path(migrations.script.dir).resolve()
    folders = [migrations.root, migrations.root / "src", migrations.file.parent]
    folders += [migrations.file.parent / each for each in migrations.path]
    for folder in folders:
        top = folder / name.partition(".")[0]
        if top.is_dir() and "site-packages" not in top.parts and any(top.rglob("*.py")):
            place = folder.joinpath(*name.split("."))
            inside = scripts != migrations.root and scripts in (place, *place.parents)
            # A folder without __init__.py hides no library of the same name, such as alembic.
            return not inside and ((top / "__init__.py").exists() or not _installed(top.name))
        if top.with_suffix(".py").is_file():
            return scripts == migrations.root or scripts not in top.resolve().parents
    return False


def _installed(name: str) -> bool:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None


def _says_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Return):
        return node.value is None or isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass)


def _bound(module: ast.Module, name: str) -> bool:
    """Whether the name is made in another way, such as an import or an assignment."""
    return any(
        (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.alias) and name in {node.asname or node.name, "*"})
        for node in ast.walk(module)
    )
