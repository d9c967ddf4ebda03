"""A report as text: each module here is a format, its name the name people ask for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from verification.report import Report

__all__ = ["formats", "render", "renderer"]


def formats() -> tuple[str, ...]:
    """The names of the formats there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def renderer(name: str) -> Callable[[Report], str]:
    """What makes a report of this format. Raises ConfigError where it needs what is missing."""
    made: Callable[[Report], str] = importlib.import_module(f"{__name__}.{name}").render
    return made


def render(name: str, report: Report) -> str:
    """The report in the format of this name, ending with a line break."""
    return renderer(name)(report).rstrip("\n") + "\n"
