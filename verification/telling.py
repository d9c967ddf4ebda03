"""What a long step says of how far it has come, to whoever shows it; to nobody otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_listener: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def tell(text: str) -> None:
    """Say what is being looked at, as in `hero.name 3/40`."""
    if listener := _listener.get():
        listener(text)


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Hear what is told meanwhile, in this thread."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)
