"""Values drawn from a Hypothesis strategy, the same ones every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import SkipTest


class _Found(Exception):
    """What was looked for is found; Hypothesis goes on to make it smaller."""


def draw(strategy: Any, count: int, seed: int = 0) -> list[Any]:
    """Up to `count` values, in the order Hypothesis tries them; fewer where there are not more."""
    found: list[Any] = []
    _run(strategy, found.append, count, seed, shrink=False)
    return found


def smallest(
    strategy: Any,
    wanted: Callable[[Any], bool],
    count: int,
    seed: int = 0,
    key: str = "",
    memory: Path | None = None,
    *,
    generate: bool = True,
) -> Any:
    """The smallest value that is wanted, searched for in the values that `draw` gives.

    With a `memory`, what was found under this `key` is tried before all else, and what is found is
    kept there; with `generate=False` nothing else is tried.
    """
    found: list[Any] = []

    def probe(value: Any) -> None:
        if wanted(value):
            found.append(value)
            raise _Found

    _run(strategy, probe, count, seed, shrink=True, key=key, memory=memory, generate=generate)
    return found[-1] if found else None


def _run(
    strategy: Any,
    body: Callable[[Any], None],
    count: int,
    seed: int,
    *,
    shrink: bool,
    key: str = "",
    memory: Path | None = None,
    generate: bool = True,
) -> None:
    import hypothesis  # noqa: PLC0415 - 250 ms
    from hypothesis.database import DirectoryBasedExampleDatabase  # noqa: PLC0415 - with it

    phase = hypothesis.Phase
    wanted = {phase.generate: generate, phase.shrink: shrink, phase.reuse: memory is not None}

    def collect(value: Any) -> None:
        body(value)

    given: Any = hypothesis.given(strategy)
    # The seed comes first, because it takes the database away again.
    test: Any = hypothesis.seed(seed)(given(collect))
    # Else every search would share one place, by the source of the function above.
    test._hypothesis_internal_database_key = key.encode()  # noqa: SLF001 - what hypothesis.find sets
    test = hypothesis.settings(
        max_examples=count,
        database=DirectoryBasedExampleDatabase(memory) if memory else None,
        deadline=None,
        phases=[each for each, is_wanted in wanted.items() if is_wanted],
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
        suppress_health_check=list(hypothesis.HealthCheck),
    )(test)
    try:
        test()
    except (_Found, SkipTest, hypothesis.errors.Unsatisfiable, hypothesis.errors.InvalidArgument):
        return
