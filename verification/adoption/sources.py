"""The project's own Python files, read and never run."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# What lies in a project without being its service: environments, builds, tests, revisions.
FOREIGN = {
    "node_modules",
    "site-packages",
    "venv",
    "env",
    "build",
    "dist",
    "__pycache__",
    "tests",
    "test",
    "docs",
    "docs_src",
    "examples",
    "versions",
    "migrations",
    "alembic",
    "benchmarks",
    "scripts",
}  # fmt: skip - one name a line would hide the short story
SCRIPTS = {"migrations", "alembic", "versions"}
MOST_FILES = 5_000
# Parsing costs a hundred times what searching does.
_TELLING = re.compile(
    r"\b(FastAPI|create_app|get_app|table=True|__table(name)?__|Table|Column|mapped_column"
    r"|DeclarativeBase\w*|MappedAsDataclass|declarative_base|registry|MetaData|BaseSettings|environ"
    r"|getenv|starlette\.config|decouple|environs)\b"
    r"|^(app|api|application)\b\s*[:=]",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it is, its syntax tree, and the folder that its imports start from."""

    path: Path
    tree: ast.Module
    base: Path

    @property
    def module(self) -> str:
        """The name it is imported by."""
        parts = self.path.relative_to(self.base).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=4)
def sources(root: Path) -> tuple[Source, ...]:
    """Every file that speaks of what is sought and can be parsed, shallow ones first."""
    paths = sorted(_files(root), key=lambda path: (len(path.parts), path))[:MOST_FILES]
    trees = {path: tree for path in paths if (tree := _parsed(path)) is not None}
    bases = _bases(root, trees)
    return tuple(Source(path, tree, bases[path]) for path, tree in trees.items())


def texts(root: Path) -> Iterator[str]:
    """The text of every file of the project's own."""
    for path in sorted(_files(root))[:MOST_FILES]:
        yield path.read_text(encoding="utf-8", errors="replace")


def revisions(root: Path) -> Iterator[ast.Module]:
    """What Alembic runs and is told of by the environment: each env.py, and what lies below it."""
    for folder, names, files in os.walk(root):
        names[:] = [n for n in names if not n.startswith(".") and n not in FOREIGN - SCRIPTS]
        if "env.py" in files:
            for path in sorted(Path(folder).rglob("*.py"))[:MOST_FILES]:
                if (tree := _parsed(path)) is not None:
                    yield tree


def _files(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = [
            name
            for name in names
            if not name.startswith(".")
            and name not in FOREIGN
            and not (Path(folder) / name / "pyvenv.cfg").exists()
        ]
        for file in files:
            building = Path(folder) == root and file in {"setup.py", "noxfile.py"}
            if file.endswith(".py") and not (building or file.startswith(("test_", "conftest"))):
                yield Path(folder) / file


def _parsed(path: Path) -> ast.Module | None:
    try:
        text = path.read_text(encoding="utf-8")
        return ast.parse(text) if _TELLING.search(text) else None
    except (SyntaxError, ValueError, OSError):
        return None


def _bases(root: Path, trees: Mapping[Path, ast.Module]) -> Mapping[Path, Path]:
    """Where each file's absolute imports start: as its own show, else as its neighbours' do."""
    shown = {path: base for path, tree in trees.items() if (base := _shown(root, path, tree))}
    known = sorted(set(shown.values()), key=lambda base: -len(base.parts))
    source = root / "src"
    # Alembic is called from where its alembic.ini is, and so imports from there.
    inner = [each.parent for each in root.glob("*/alembic.ini")]
    begun = [each for each in inner if not (each / "__init__.py").exists()]
    usual = [*known, *begun, *([source] if source.is_dir() else []), root]
    return {
        path: shown.get(path) or next(base for base in usual if base in path.parents)
        for path in trees
    }


def _shown(root: Path, path: Path, tree: ast.Module) -> Path | None:
    """The nearest folder outside every package that holds something the file imports."""
    first = {name.partition(".")[0] for node in ast.walk(tree) for name in _imported(node)}
    first.discard(path.stem)
    for folder in path.parents:
        if folder != root and root not in folder.parents:
            return None
        if not (folder / "__init__.py").exists() and any(
            (folder / name).is_dir() or (folder / f"{name}.py").is_file() for name in first
        ):
            return folder
    return None


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def last(node: ast.AST) -> str:
    """The last word of `a.b.c`, `c` or `c[...]`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return last(node.value)
    return node.id if isinstance(node, ast.Name) else ""
