"""Values drawn from a Hypothesis strategy, the same ones every time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class _Found(Exception):
    """What was looked for is found; Hypothesis goes on to make it smaller."""


def draw(strategy: Any, count: int, seed: int = 0) -> list[Any]:
    """Up to `count` values, in the order Hypothesis tries them; fewer where there are not more."""
    found: list[Any] = []
    _run(strategy, found.append, count, seed, shrink=False)
    return found


def smallest(strategy: Any, wanted: Callable[[Any], bool], count: int, seed: int = 0) -> Any:
    """The smallest value that is wanted, searched for in the values that `draw` gives."""
    found: list[Any] = []

    def probe(value: Any) -> None:
        if wanted(value):
            found.append(value)
            raise _Found

    _run(strategy, probe, count, seed, shrink=True)
    return found[-1] if found else None


def _run(
    strategy: Any, body: Callable[[Any], None], count: int, seed: int, *, shrink: bool
) -> None:
    import hypothesis  # noqa: PLC0415 - 250 ms

    phases = [hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if shrink else [])]

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=phases,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(value: Any) -> None:
        body(value)

    try:
        collect()
    except (_Found, hypothesis.errors.Unsatisfiable, hypothesis.errors.InvalidArgument):
        return
