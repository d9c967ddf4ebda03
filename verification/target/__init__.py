"""The project under verification, known by facts that are learnt at most once."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from asyncio import CancelledError
from collections.abc import Callable, Generator, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self

from verification.finding import NotApplicable, Unknown
from verification.picture import Picture
from verification.target.fact import Fact
from verification.text import described

__all__ = ["Target"]


@cache
def _facts() -> Mapping[str, Fact]:
    names = (module.name for module in pkgutil.iter_modules(__path__, f"{__name__}."))
    modules = [importlib.import_module(name) for name in names]
    found = [value for module in modules for value in vars(module).values()]
    return {value.name: value for value in found if isinstance(value, Fact)}


class Target:
    """Learns facts when they are asked for and remembers them, failures included.

    A fact may ask for `target` itself where what it needs depends on what is there. A dead
    database costs one timeout, however many checks ask for it. What facts opened
    is closed, last opened first, when the target is.
    """

    def __init__(self, **given: object) -> None:
        """Start from what is known already, such as `config`."""
        self._known: dict[str, Callable[[], object]] = {
            name: _giver(value) for name, value in {**given, "target": self}.items()
        }
        self._open = contextlib.ExitStack()
        self.secrets: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        """The fact of this name. Raises NotApplicable or Unknown, each time the same."""
        if name not in self._known:
            self._known[name] = self._learn(name)
        return self._known[name]()

    @property
    def context(self) -> Mapping[str, str]:
        """What a report says was looked at, of what has been learnt; nothing is learnt for it."""
        shown = {}
        for name in ("server", "url", "dsn"):
            with contextlib.suppress(KeyError, NotApplicable, Unknown):
                value = self._known[name]()
                shown[name] = getattr(value, "source", None) or str(value)
        if "url" in shown:
            del shown["url"]  # as it is written it may hold a password
        else:
            shown.pop("dsn", None)  # a rehearsal; its address is gone when this is read
        return shown

    @property
    def picture(self) -> Picture:
        """What a report draws, of what has been learnt; nothing is learnt for it."""
        from verification.target.pictured import pictured  # noqa: PLC0415 - after the facts

        try:
            return pictured(self._learnt, self.secrets)
        except Exception:  # noqa: BLE001 - a run without a picture is better than none
            return Picture()

    def _learnt(self, name: str) -> Any:
        with contextlib.suppress(KeyError, NotApplicable, Unknown):
            return self._known[name]()
        return None

    def _learn(self, name: str) -> Callable[[], object]:
        fact = _facts().get(name)
        if fact is None:
            return _raiser(Unknown(f"there is no fact named {name!r}"))
        try:
            value = fact.learn(**{need: self[need] for need in fact.needs})
            if isinstance(value, Generator):
                value = self._enter(value)
        except (NotApplicable, Unknown) as verdict:
            return _raiser(verdict)
        # A crash while learning is an unknown, not a stop; so is project code that exits, which
        # would else end the run in green.
        except (Exception, SystemExit, CancelledError) as error:  # noqa: BLE001 - see above
            return _raiser(Unknown(f"{name} could not be learnt: {described(error)}"))
        self._note(value)
        return _giver(value)

    def _note(self, value: object) -> None:
        for part in (value, getattr(value, "dsn", None)):
            self.secrets.update(getattr(part, "secrets", ()))

    def _enter(self, steps: Generator[object, None, None]) -> object:
        return self._open.enter_context(contextlib.contextmanager(lambda: steps)())

    def __enter__(self) -> Self:
        """Open the target; closing it ends every server, connection and database it opened."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what facts opened."""
        self._open.close()


def _giver(value: object) -> Callable[[], object]:
    return lambda: value


def _raiser(verdict: Exception) -> Callable[[], object]:
    def again() -> object:
        raise verdict.with_traceback(None)

    return again
