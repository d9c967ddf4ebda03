"""A report as text: each module here is a format, its name the name people ask for."""

from __future__ import annotations

import importlib
import pkgutil

from verification.report import Report

__all__ = ["formats", "render"]


def formats() -> tuple[str, ...]:
    """The names of the formats there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def render(name: str, report: Report) -> str:
    """The report in the format of this name, ending with a line break."""
    module = importlib.import_module(f"{__name__}.{name}")
    text: str = module.render(report)
    return text.rstrip("\n") + "\n"
