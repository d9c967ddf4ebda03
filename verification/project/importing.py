"""Import the project's modules as the project itself would."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from verification.databases.drivers import Place
from verification.databases.redirect import confined
from verification.finding import Unknown
from verification.quiet import quiet

# Of this process, as sys.path and os.environ are.
_PLACES: list[Place] = []


@contextlib.contextmanager
def importing(
    root: Path,
    variables: Mapping[str, str],
    folders: Iterable[str] = (),
    place: Place | None = None,
) -> Iterator[None]:
    """While open, `root`, its `src` and `folders` can be imported from, and `variables` are set.

    A module that connects while it is imported (`create_all` at its end, as tutorials have it)
    gets to `place` instead of the database that it names.
    """
    path, before = list(sys.path), dict(os.environ)
    wanted = (root, root / "src", *(root / folder for folder in folders))
    sys.path[:0] = [str(folder) for folder in wanted if folder.is_dir()]
    os.environ.update(variables)
    _PLACES.extend([place] if place else [])
    try:
        yield
    finally:
        if place:
            _PLACES.remove(place)
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(before)


def attribute(reference: str) -> Any:
    """What `package.module:name.of.attribute` refers to. Raises Unknown, in one line."""
    name, separator, rest = reference.partition(":")
    if not separator:
        raise Unknown(f"{reference!r} should read package.module:name")
    value: Any = module(name)
    for part in rest.split("."):
        if not hasattr(value, part):
            raise Unknown(f"{reference!r}: there is no {part!r}")
        value = getattr(value, part)
    return value


def module(name: str) -> Any:
    """The module of this name. Raises Unknown, in one line, whatever importing it does."""
    try:
        return harmlessly(lambda: importlib.import_module(name))
    except (Exception, SystemExit) as error:
        text = " ".join(str(error).split())
        # The commonest beginning: the kit in an environment of its own, as pipx makes them.
        absent = isinstance(error, ModuleNotFoundError)
        way = f"; is the project installed where verify is, in {sys.prefix}?" if absent else ""
        raise Unknown(f"{name} cannot be imported: {type(error).__name__}: {text}{way}") from error


def harmlessly(what: Callable[[], Any]) -> Any:
    """What the project's own code gives, without its output, and without reaching its database."""
    with quiet(), confined(_PLACES[-1]) if _PLACES else contextlib.nullcontext():
        return what()
