"""Values drawn from a Hypothesis strategy, the same ones every time."""

from __future__ import annotations

from typing import Any


def draw(strategy: Any, count: int, seed: int | None = None) -> list[Any]:
    """Up to `count` values, in the order Hypothesis tries them; fewer where there are not more."""
    import hypothesis  # noqa: PLC0415 - 250 ms

    found: list[Any] = []

    @hypothesis.settings(
        max_examples=count,
        derandomize=seed is None,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    if seed is not None:
        collect = hypothesis.seed(seed)(collect)
    try:
        collect()
    except (hypothesis.errors.Unsatisfiable, hypothesis.errors.InvalidArgument):
        return found
    return found
