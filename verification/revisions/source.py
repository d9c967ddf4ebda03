"""What the source of a revision says without being run."""

from __future__ import annotations

import ast
from pathlib import Path


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
