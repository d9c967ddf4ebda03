"""One line on a terminal that says how far a run has come; nothing on CI, in a pipe or a log."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, TextIO

from verification.check import Check
from verification.report import Result
from verification.telling import listening

CLEAR = "\r\x1b[K"


class Progress:
    """Shows which check runs, and leaves no trace. Without colour, so NO_COLOR has its way."""

    def __init__(
        self, checks: Sequence[Check], stream: TextIO, environment: Mapping[str, str]
    ) -> None:
        """Look whether anybody is there to read it."""
        # As the engine does it: checks that judge the run itself come last.
        ordered = sorted(checks, key=lambda check: "results" in check.needs)
        self._left = [check.id for check in ordered]
        self._total = len(checks)
        self._stream = stream
        watched = not environment.get("CI") and environment.get("TERM", "dumb") != "dumb"
        self._shown = watched and stream.isatty()
        self._listening = listening(self._told)

    def __enter__(self) -> Self:
        """Show the first check."""
        self._listening.__enter__()
        self._show()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        self._listening.__exit__(kind, error, trace)
        self._write("")

    def heard(self, result: Result) -> None:
        """One more check has ended."""
        if result.check.id in self._left:
            self._left.remove(result.check.id)
        self._show()

    def _told(self, text: str) -> None:
        """How far the check that runs has come."""
        self._show(f": {text}")

    def _show(self, more: str = "") -> None:
        if self._left:
            place = self._total - len(self._left) + 1
            self._write(f"{place}/{self._total} {self._left[0]}{more}")

    def _write(self, text: str) -> None:
        if self._shown:
            self._stream.write(CLEAR + text[: _width(self._stream) - 1])
            self._stream.flush()


def _width(stream: TextIO) -> int:
    """A terminal that does not tell its width says 0."""
    return os.get_terminal_size(stream.fileno()).columns or 80
