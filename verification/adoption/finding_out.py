"""What a project says of itself in its source: application, models, metadata, import paths."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verification.adoption.settings import demanded, given
from verification.adoption.sources import Source, last, sources
from verification.config import Config

USUAL = ("main", "app", "asgi", "server", "api", "application")
BASES = {"DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass"}


@dataclass(frozen=True, slots=True)
class Found:
    """The settings of `[tool.verification]` that could be found out."""

    app: str = ""
    metadata: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    pythonpath: tuple[str, ...] = ()


def find_out(root: Path) -> Found:
    """Read the project below `root`. Finds what it can; nothing is imported or run."""
    files = sources(root.resolve())
    declaring = [file for file in files if _declares_tables(file.tree)]
    app_file, app = next(iter(_applications(files)), (None, ""))
    used = [*declaring, *([app_file] if app_file else [])]
    bases = dict.fromkeys(file.base.relative_to(root.resolve()).as_posix() for file in used)
    return Found(
        app=app,
        metadata=tuple(dict.fromkeys(_metadata(files, declaring))),
        models=tuple(file.module for file in declaring),
        pythonpath=tuple(base for base in bases if base not in {".", "src"}),
    )


def complete(config: Config, environment: Mapping[str, str]) -> Config:
    """The configuration, or, where it says nothing of the code, what the source shows.

    What the project's settings demand and `environment` does not give is given a harmless value.
    """
    urls = {config.database_url_variable, config.migration_url_variable}
    here = {
        name: value
        for name, value in given(config.root).items()
        if name not in {*environment, *urls}
    }
    if config.app or config.metadata:
        return replace(config, environment={**here, **config.environment}) if here else config
    found = find_out(config.root)
    needed = demanded(config.root).items()
    unset = here | {name: value for name, value in needed if name not in {*environment, *urls}}
    return replace(
        config,
        app=found.app,
        metadata=found.metadata,
        models=config.models or found.models,
        pythonpath=config.pythonpath or found.pythonpath,
        environment={**unset, **config.environment},
    )


def _applications(files: Sequence[Source]) -> list[tuple[Source, str]]:
    """An application at the top of a module before a factory; `main` before any other name."""
    found: list[tuple[tuple[int, int, int, str], Source]] = []
    makers = {name for file in files for name in _makers(file)}
    for file in files:
        name = file.path.stem
        rank = USUAL.index(name) if name in USUAL else len(USUAL)
        depth = len(file.path.parts)
        made = [(0, each) for each in _made(file, {"FastAPI", *makers})]
        for kind, each in [*made, *((1, each) for each in _factories(file))]:
            found.append(((kind, rank, depth, f"{file.module}:{each}"), file))
    return [(file, order[-1]) for order, file in sorted(found, key=lambda each: each[0])]


def _made(file: Source, makers: Collection[str]) -> Iterator[str]:
    """The names at the top of the module that hold what one of these makes."""
    for node in file.tree.body:
        if isinstance(node, ast.Assign):
            targets: list[ast.expr] = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        if isinstance(node.value, ast.Call) and _called(node.value) in makers:
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _factories(file: Source) -> Iterator[str]:
    """What can be called as it is."""
    for name, node in _makers(file).items():
        arguments = node.args
        required = len(arguments.args) - len(arguments.defaults)
        if not required and None not in arguments.kw_defaults:
            yield name


def _makers(file: Source) -> Mapping[str, ast.FunctionDef]:
    """The functions that make a FastAPI and return it, whatever they are given."""
    return {
        node.name: node
        for node in file.tree.body
        if isinstance(node, ast.FunctionDef) and not node.decorator_list and _makes(node)
    }


def _makes(node: ast.FunctionDef) -> bool:
    makes = any(
        isinstance(inner, ast.Call) and _called(inner) == "FastAPI" for inner in ast.walk(node)
    )
    return makes and any(isinstance(inner, ast.Return) and inner.value for inner in ast.walk(node))


def _declares_tables(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and (_is_sqlmodel_table(node) or _has_columns(node)):
            return True
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            arguments = node.value.args
            name = _called(node.value)
            if name == "Table" and len(arguments) > 1 and isinstance(arguments[0], ast.Constant):
                return True
    return False


def _is_sqlmodel_table(node: ast.ClassDef) -> bool:
    return any(
        keyword.arg == "table" and isinstance(keyword.value, ast.Constant) and keyword.value.value
        for keyword in node.keywords
    )


def _has_columns(node: ast.ClassDef) -> bool:
    """Whether it says its table or columns; its table's name may come from its base."""
    for inner in node.body:
        if isinstance(inner, ast.Assign):
            names = [target.id for target in inner.targets if isinstance(target, ast.Name)]
        elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            names = [inner.target.id]
        else:
            continue
        if {"__tablename__", "__table__"} & set(names):
            return True
        if isinstance(inner.value, ast.Call) and _called(inner.value) in {
            "Column",
            "mapped_column",
        }:
            return True
    return False


def _metadata(files: Sequence[Source], declaring: Sequence[Source]) -> Iterator[str]:
    if any(
        isinstance(node, ast.ClassDef) and _is_sqlmodel_table(node)
        for file in declaring
        for node in ast.walk(file.tree)
    ):
        yield "sqlmodel:SQLModel.metadata"
    in_classes: set[str] = set()
    for file in files:
        for node in file.tree.body:
            if isinstance(node, ast.ClassDef) and {last(base) for base in node.bases} & BASES:
                yield f"{file.module}:{node.name}.metadata"
                in_classes |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                target = node.targets[0]
                made = _called(node.value)
                if isinstance(target, ast.Name) and made in {"declarative_base", "registry"}:
                    yield f"{file.module}:{target.id}.metadata"
                    in_classes |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
                elif (
                    isinstance(target, ast.Name)
                    and made == "MetaData"
                    and target.id not in in_classes
                    and _has_tables(files, target.id)
                ):
                    yield f"{file.module}:{target.id}"


def _has_tables(files: Sequence[Source], name: str) -> bool:
    """Whether a Table is made directly on the MetaData of this name."""
    found = False
    for file in files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and _called(node) == "Table" and len(node.args) > 1:
                found = found or last(node.args[1]) == name
    return found


def _called(call: ast.Call) -> str:
    return last(call.func)
