"""The files of a script directory, read one by one, and what keeps them from being one history."""

from __future__ import annotations

import ast
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.finding import Location


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain of revisions is broken: the revision or file, what is wrong, a way out."""

    subject: str
    message: str
    fix: str
    location: Location


def scripts(script: Any, root: Path) -> tuple[list[Any], list[Break]]:
    """Alembic's Script of every file that can be read, and a Break for each that cannot."""
    from alembic.script import Script  # noqa: PLC0415 - 800 ms that only migrations need

    read: list[Any] = []
    broken: list[Break] = []
    seen: set[Path] = set()
    for folder in script._version_locations:  # noqa: SLF001 - Alembic reads all files or none
        if not Path(folder).exists():
            continue
        for name in Script._list_py_dir(script, folder):  # noqa: SLF001 - as above
            path = Path(name).resolve()
            if path in seen:
                continue
            seen.add(path)
            try:
                found = Script._from_path(script, path)  # noqa: SLF001 - as above
            except (Exception, SystemExit) as error:  # noqa: BLE001 - it is the project's code
                broken.append(_unreadable(path, root, error))
            else:
                read += [found] if found is not None else []
    return read, broken


def breaks(read: Sequence[Any], root: Path) -> Iterator[Break]:
    """What is wrong with how these revisions follow each other."""
    by_id = defaultdict(list)
    for entry in read:
        by_id[entry.revision].append(entry)
    labels = {label for entry in read for label in entry.branch_labels or ()}
    for entries in by_id.values():
        for entry in entries[1:]:
            first = shown(Path(entries[0].path), root)
            yield Break(
                entry.revision,
                f"the revision is there twice, here and in {first}; Alembic silently takes one",
                "give one of them a new id, and make it follow the other",
                place(entry, root, "revision"),
            )
    for entry in read:
        for parent in _tuple(entry.down_revision):
            if parent not in by_id:
                yield Break(
                    entry.revision,
                    f"it follows {parent}, a revision that is not there: no Alembic command runs",
                    "restore the file of that revision, or let down_revision name one that exists",
                    place(entry, root, "down_revision"),
                )
        for wanted in _tuple(entry.dependencies):
            if wanted not in labels and not any(known.startswith(wanted) for known in by_id):
                yield Break(
                    entry.revision,
                    f"it depends on {wanted}, a revision that is not there",
                    "restore the file of that revision, or let depends_on name one that exists",
                    place(entry, root, "depends_on"),
                )
    yield from _cycles(read, root)


def _cycles(read: Sequence[Any], root: Path) -> Iterator[Break]:
    waiting = {entry.revision: set(_tuple(entry.down_revision)) for entry in read}
    while ready := {each for each, follows in waiting.items() if not follows & set(waiting)}:
        waiting = {each: follows for each, follows in waiting.items() if each not in ready}
    # What follows a cycle waits as well; only what is also followed by one that waits is in it.
    while ends := set(waiting) - set().union(*waiting.values()):
        waiting = {each: follows for each, follows in waiting.items() if each not in ends}
    if waiting:
        entry = next(entry for entry in read if entry.revision in waiting)
        yield Break(
            entry.revision,
            f"the revisions {', '.join(sorted(waiting))} follow each other in a circle",
            "let the first of them follow what was there before",
            place(entry, root, "down_revision"),
        )


def place(entry: Any, root: Path, name: str) -> Location:
    """Where a revision's file assigns a name, or its first line."""
    path = Path(entry.path)
    return Location(shown(path, root), line_of(path, name) or 1)


def line_of(path: Path, name: str) -> int | None:
    """The line on which a module assigns or defines a name."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (SyntaxError, OSError, ValueError):
        return None
    return next((node.lineno for node in body if name in _names(node)), None)


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {node.name}
    targets: Iterable[ast.expr] = ()
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return {name.id for each in targets for name in ast.walk(each) if isinstance(name, ast.Name)}


def shown(path: Path, root: Path) -> str:
    """A path relative to the project, where it is inside."""
    path = path.resolve()
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _tuple(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _unreadable(path: Path, root: Path, error: BaseException) -> Break:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path]
    line = error.lineno if isinstance(error, SyntaxError) else next(reversed(lines), None)
    text = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    name = shown(path, root)
    return Break(
        path.name,
        f"the file cannot be read as a revision: {type(error).__name__}: {text}",
        "mend the file; if it is no revision, keep it out of the versions folder",
        Location(name, line or 1),
    )
