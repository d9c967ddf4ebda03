"""Project code that would end the whole process is stopped at the door, and told of."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

GENTLE = {0, signal.SIGINT}  # 0 only asks; Ctrl-C is somebody's who wants the end of the run


class Ended(SystemExit):
    """The project has asked for the end of the process, in a way that no `except` would see."""


_armed: list[int] = []  # the process in which it is dangerous now; once for each block


@contextlib.contextmanager
def surviving() -> Iterator[None]:
    """Inside, `os._exit`, `os.abort` and a signal to oneself raise Ended.

    They would take the kit along, and with `os._exit(0)` in green. What has been imported by name
    inside stays guarded in every later block; elsewhere it does what it always did.
    """
    doors: tuple[tuple[Any, str], ...] = (
        (os, "_exit"),
        (os, "abort"),
        (os, "kill"),
        (signal, "raise_signal"),
    )
    before = [(place, name, getattr(place, name)) for place, name in doors]
    for place, name, real in before:
        setattr(place, name, _stopped(name, real))
    _armed.append(os.getpid())
    try:
        yield
    finally:
        _armed.pop()
        for place, name, real in before:
            setattr(place, name, real)


def _stopped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def door(*values: Any) -> Any:
        if os.getpid() in _armed and _is_lethal(name, values):
            place = "signal" if name == "raise_signal" else "os"
            raise Ended(f"{place}.{name}({', '.join(str(value) for value in values)})")
        return real(*values)

    return door


def _is_lethal(name: str, values: tuple[Any, ...]) -> bool:
    if name == "kill":
        return values[0] == os.getpid() and values[-1] not in GENTLE
    return name != "raise_signal" or values[-1] not in GENTLE
