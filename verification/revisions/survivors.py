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


@contextlib.contextmanager
def surviving() -> Iterator[None]:
    """Inside, `os._exit`, `os.abort` and a signal to oneself raise Ended.

    They would take the kit along, and with `os._exit(0)` in green. What has been imported by name
    inside stays harmless to other processes and afterwards: it then does what it always did.
    """
    armed = [os.getpid()]
    doors: tuple[tuple[Any, str], ...] = (
        (os, "_exit"),
        (os, "abort"),
        (os, "kill"),
        (signal, "raise_signal"),
    )
    before = [(place, name, getattr(place, name)) for place, name in doors]
    for place, name, real in before:
        setattr(place, name, _stopped(name, real, armed))
    try:
        yield
    finally:
        armed.clear()
        for place, name, real in before:
            setattr(place, name, real)


def _stopped(name: str, real: Callable[..., Any], armed: list[int]) -> Callable[..., Any]:
    def door(*values: Any) -> Any:
        lethal = {
            "kill": values[:1] == (os.getpid(),) and values[-1] not in GENTLE,
            "raise_signal": values[-1:] and values[-1] not in GENTLE,
        }.get(name, True)
        if armed == [os.getpid()] and lethal:
            place = "signal" if name == "raise_signal" else "os"
            raise Ended(f"{place}.{name}({', '.join(map(repr, values))})")
        return real(*values)

    return door
