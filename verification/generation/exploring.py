"""Search a field's own values for what the hard list does not know; the failures are remembered."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from verification.generation.accepting import Refused, accepted
from verification.generation.demands import kinds_of
from verification.generation.drawing import draw, smallest
from verification.generation.pattern import in_python
from verification.generation.remembering import Memory
from verification.generation.size import size
from verification.generation.storing import Refusal

EXAMPLES = {"quick": 20, "standard": 200, "deep": 4000}
REPLAYED = 100  # remembered values at most
SCANNED = 500
ENOUGH = 20  # for a field that is known to be faulty: more of the same teaches nothing

Ask = Callable[[Sequence[Any]], Sequence[Refusal]]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search, from where, and where the failures are kept that were once found."""

    depth: str = "quick"
    seed: int = 0
    memory: Path | None = None

    @property
    def examples(self) -> int:
        """How many values a field is asked."""
        return EXAMPLES.get(self.depth, EXAMPLES["quick"])


def explored(
    effort: Effort, cls: Any, field: str, ask: Ask, known: Sequence[Refusal]
) -> Iterator[Any]:
    """Values the class accepts: those that once failed, then new ones, failures at their smallest.

    `ask` tells which of some values the database refuses, `known` what is refused already.
    """
    strategy = _strategy(cls, field)
    if strategy is None:
        return
    states = {(refusal.sqlstate, refusal.constraint) for refusal in known}

    def failing(value: Any, state: tuple[str, str] | None = None) -> bool:
        taken = list(_taken(cls, field, [value]))
        return any(
            state is None or state == (refusal.sqlstate, refusal.constraint)
            for refusal in ask(taken)
        )

    memory = Memory(effort.memory, f"{cls.__module__}.{cls.__qualname__}.{field}")
    for key in memory.known():
        # Whatever refuses it by now: a constraint may have got another name.
        once = smallest(
            strategy, failing, REPLAYED, effort.seed, key, effort.memory, generate=False
        )
        if once is None:
            memory.forget(key)
        else:
            yield from _taken(cls, field, [once, *_below(once)])
    count = min(effort.examples, ENOUGH) if known else effort.examples
    try:
        drawn = list(_taken(cls, field, draw(strategy, count, effort.seed)))
    except Exception:  # noqa: BLE001 - what the project's own rules raise while values are made
        return
    yield from drawn
    for refusal in sorted(ask(drawn), key=lambda refusal: size(refusal.value)):
        state = (refusal.sqlstate, refusal.constraint)
        if state not in states:
            states.add(state)

            def again(
                value: Any, state: tuple[str, str] = state, most: Any = refusal.value
            ) -> bool:
                # What leads away from the smallest that was drawn would also be remembered.
                return size(value) <= size(most) and failing(value, state)

            key = memory.key(state)
            found = smallest(strategy, again, count, effort.seed, key, effort.memory)
            if found is not None:
                memory.keep(key)
                yield from _taken(cls, field, [found, *_below(found)])


def _below(value: Any) -> Sequence[int]:
    """All smaller whole numbers, up to some size: shrinking may stop before the smallest."""
    if not isinstance(value, int) or isinstance(value, bool):
        return ()
    reach = min(abs(value), SCANNED)
    return range(-reach, reach + 1)


def _taken(cls: Any, field: str, values: Sequence[Any]) -> Iterator[Any]:
    """What comes of the values that the class accepts."""
    for value in values:
        try:
            kept = accepted(cls, field, value)
        except Refused:
            continue
        if kept is not None:
            yield kept


@lru_cache(maxsize=1024)
def _strategy(cls: Any, field: str) -> Any:
    """What Hypothesis makes of the field's annotation; None where it knows nothing of it."""
    from hypothesis import errors  # noqa: PLC0415 - 250 ms
    from hypothesis import strategies as st  # noqa: PLC0415 - 250 ms

    info = cls.model_fields[field]
    kind: Any = info.annotation
    for rule in info.metadata:
        kind = Annotated[kind, rule]
    patterns = [in_python(text) for text in map(_pattern, info.metadata) if text]
    try:
        found: Any
        if patterns and patterns[0]:
            found = st.from_regex(patterns[0])
        elif Decimal in kinds_of(info.annotation):
            found = st.decimals(*_bounds(info.metadata), allow_nan=False)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = st.from_type(kind)
        with warnings.catch_warnings():
            # What it cannot read of Pydantic's rules, the class itself sorts out afterwards.
            warnings.simplefilter("ignore")
            found.validate()
            draw(found, 1)
    except errors.HypothesisException:
        return None
    except Exception:  # noqa: BLE001 - a type of the project's own may raise anything when made
        return None
    return found


def _bounds(rules: Sequence[Any]) -> tuple[Any, Any]:
    """What the rules leave of numbers; a bound that is not included is refused by the class."""
    low = [b for rule in rules for w in ("ge", "gt") if (b := getattr(rule, w, None)) is not None]
    high = [b for rule in rules for w in ("le", "lt") if (b := getattr(rule, w, None)) is not None]
    return max(low, default=None), min(high, default=None)


def _pattern(rule: Any) -> str:
    given = getattr(rule, "pattern", None)
    pattern = getattr(given, "pattern", given)
    return pattern if isinstance(pattern, str) else ""
