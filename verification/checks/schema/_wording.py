"""How a difference between two catalogs is said, whichever two they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verification.catalog import Difference
from verification.finding import Finding


def findings(
    differences: Iterable[Difference], expected: str, actual: str, fix: str
) -> Iterator[Finding]:
    """One finding a difference; `expected` and `actual` name the sides, as in `the models`."""
    for item in differences:
        if item.aspect == "existence":
            has, lacks = (expected, actual) if item.actual == "missing" else (actual, expected)
            message = f"the {item.kind} is in {has}, not in {lacks}"
        else:
            message = (
                f"{item.kind} {item.aspect.replace('_', ' ')}: {_shown(item.expected)}"
                f" in {expected}, {_shown(item.actual)} in {actual}"
            )
        aspect = "" if item.aspect == "existence" else f" {item.aspect}"
        yield Finding(f"{item.subject}{aspect}", message, fix)


def _shown(value: str) -> str:
    return value or "nothing"
