"""A fact is something learnt once about the project; its parameters name the facts it rests on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Fact:
    """A named, lazily learnt value; a generator function may clean up after its `yield`."""

    learn: Callable[..., Any]

    @property
    def name(self) -> str:
        """The name by which checks and other facts ask for it."""
        return self.learn.__name__

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts it is learnt from."""
        return tuple(inspect.signature(self.learn).parameters)


def fact(learn: Callable[..., Any]) -> Fact:
    """Make a fact of a function; being in the target package is being registered."""
    return Fact(learn)


class Facts(Protocol):
    """The facts, for one that cannot know beforehand which it needs."""

    def __getitem__(self, name: str, /) -> Any:
        """The fact of this name. Raises NotApplicable or Unknown."""
