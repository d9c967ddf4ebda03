"""Does what the project keeps its settings in print the password when it is printed?"""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAKERS = re.compile(r"(get_|load_|read_)?(app_)?(settings|config|configuration)", re.IGNORECASE)


def reveals(root: Path, canary: str) -> list[tuple[str, bool]]:
    """The project's settings objects whose repr or str holds the canary.

    And whether the project wrote that method itself, rather than leave it to a library.
    """
    found = []
    for name, value in _kept(root):
        with contextlib.suppress(Exception):
            methods = [show for show in (repr, str) if canary in show(value)]
            if methods:
                own = any(_own(root, type(value), show.__name__) for show in methods)
                found.append((f"repr({name})", own))
    return found


def _own(root: Path, cls: type, method: str) -> bool:
    code = getattr(getattr(cls, f"__{method}__"), "__code__", None)
    path = Path(code.co_filename) if code else Path()
    return path.is_relative_to(root) and "site-packages" not in path.parts


def _kept(root: Path) -> Iterator[tuple[str, Any]]:
    for module in list(sys.modules.values()):
        path = Path(str(getattr(module, "__file__", "") or ""))
        if not path.is_relative_to(root) or "site-packages" in path.parts:
            continue
        for name, value in list(vars(module).items()):
            shown = f"{module.__name__}.{name}"
            if _is_settings(value):
                yield shown, value
            elif _makes_settings(module, name, value):
                with contextlib.suppress(Exception):
                    made = value()
                    if _is_settings(made):
                        yield f"{shown}()", made


def _is_settings(value: Any) -> bool:
    """An object with fields, not text: a URL in a string is no leak before it is printed."""
    if isinstance(value, type):
        return False
    return hasattr(type(value), "model_fields") or dataclasses.is_dataclass(value)


def _makes_settings(module: Any, name: str, value: Any) -> bool:
    if not callable(value) or isinstance(value, type) or not MAKERS.fullmatch(name):
        return False
    inner = inspect.unwrap(value)
    if getattr(inner, "__module__", "") != module.__name__ or inspect.iscoroutinefunction(inner):
        return False
    parameters = inspect.signature(inner).parameters.values()
    return all(each.default is not each.empty for each in parameters)
