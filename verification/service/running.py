"""A running service, as its client sees it."""

from __future__ import annotations

import itertools
import re
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from verification.databases.child import receive, send
from verification.service.exchange import Answer, Request

PATIENCE = 30.0  # seconds until a service that gives no answer is said to hang
SLOWEST_START = 60.0
GRACE = 4.0


class NotStarted(Exception):
    """The service did not start; the message says why."""


class Gone(Exception):
    """The service's process has ended by itself."""


def placeholders(names: Iterable[str]) -> dict[str, str]:
    """For each header a variable that somebody can set to his own credentials."""
    return {name: "$" + re.sub(r"\W", "_", name).upper() for name in names}


class Pending:
    """Requests that are under way."""

    def __init__(self, futures: Sequence[Future[dict[str, Any]]]) -> None:
        """They have just been sent."""
        self.begun = time.monotonic()
        self._futures = futures
        self._ended: dict[int, float] = {}
        for number, future in enumerate(futures):
            future.add_done_callback(partial(self._note, number))

    def _note(self, number: int, _: Future[dict[str, Any]]) -> None:
        self._ended[number] = time.monotonic() - self.begun

    @property
    def arrived(self) -> int:
        """How many have been answered."""
        return sum(future.done() for future in self._futures)

    def answers(self, patience: float) -> list[Answer]:
        """All of them, those that have not come within `patience` with status 0. Raises Gone."""
        answers = []
        for number, future in enumerate(self._futures):
            left = max(0.0, patience - (time.monotonic() - self.begun))
            try:
                message = dict(future.result(left))
            except Late:
                answers.append(Answer(0, seconds=patience))
                continue
            message.pop("id")
            if failed := message.get("failed"):
                raise Gone(failed)
            answers.append(Answer.read(message, self._ended.get(number, 0.0)))
        return answers


@dataclass(slots=True, eq=False)
class Running:
    """The other end of the pipes. Safe to use from several threads."""

    process: subprocess.Popen[str]
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _waiting: dict[int, Future[dict[str, Any]]] = field(default_factory=dict)
    _ready: Future[dict[str, Any]] = field(default_factory=Future)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: bool = False
    signed: Mapping[str, str] = field(default_factory=dict)
    """The headers with which it is asked; instead of their values the names of variables."""

    def await_start(self) -> None:
        """Wait until it has started. Raises NotStarted."""
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            first = self._ready.result(SLOWEST_START)
        except Late:
            raise NotStarted(f"it has not started within {SLOWEST_START:.0f} s") from None
        except Gone:
            raise NotStarted("its process ended while it was starting") from None
        if "failed" in first:
            raise NotStarted(first["failed"])
        self.signed = placeholders(first["signed"])

    def ask(self, request: Request, patience: float = PATIENCE) -> Answer:
        """One request and its answer; status 0 where none came in time. Raises Gone."""
        (answer,) = self.together([request], patience)
        return answer

    def get(self, path: str, patience: float = PATIENCE) -> Answer:
        """`ask` for the simplest of requests."""
        return self.ask(Request("GET", path), patience)

    def together(self, requests: Sequence[Request], patience: float = PATIENCE) -> list[Answer]:
        """Several requests at once, and their answers in the same order. Raises Gone."""
        return self.begin(requests).answers(patience)

    def begin(self, requests: Sequence[Request]) -> Pending:
        """Several requests at once, to be waited for later."""
        return Pending([self._tell("ask", asdict(request)) for request in requests])

    def describe(self) -> dict[str, Any]:
        """The OpenAPI document under `openapi`; `engines` where it knows of a database."""
        return self._tell("describe", {}).result(PATIENCE)

    def in_use(self) -> int | None:
        """How many connections are out of its pools now; None where it does not say."""
        message = self._told("rest")
        return int(message["in_use"]) if message else None

    def waits(self) -> tuple[float | None, ...]:
        """For how many seconds each of its pools of a limited size lets one wait."""
        message = self._told("waits")
        return tuple(message["waits"]) if message else ()

    def _told(self, what: str) -> dict[str, Any] | None:
        try:
            return self._tell(what, {}).result(PATIENCE)
        except Late:
            return None

    def run(self, job: str, patience: float, **given: Any) -> dict[str, Any]:
        """A longer job in the process: `package.module:function`. Raises Gone, TimeoutError."""
        message = self._tell("run", {"job": job, **given}).result(patience)
        if failed := message.get("failed"):
            raise Gone(failed)
        return message

    def close(self) -> None:
        """End it: kindly, then not."""
        with self._lock:
            if self.process.stdin:
                with suppress(OSError):  # it has gone already
                    self.process.stdin.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _tell(self, what: str, given: dict[str, Any]) -> Future[dict[str, Any]]:
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = future
            if self._ended or self.process.stdin is None or self.process.stdin.closed:
                raise Gone("its process has ended")
            send(self.process.stdin, {"id": number, "do": what, "with": given})
        return future

    def _listen(self) -> None:
        while (message := receive(self.process.stdout)) is not None:
            if "id" in message:
                with self._lock:
                    future = self._waiting.pop(message["id"], None)
                if future is not None:
                    future.set_result(message)
            elif not self._ready.done():
                self._ready.set_result(message)
        if self.process.stdout:
            self.process.stdout.close()
        self._bury()

    def _bury(self) -> None:
        with self._lock:
            self._ended = True
            left, self._waiting = list(self._waiting.values()), {}
        for future in (self._ready, *left):
            if not future.done():
                future.set_exception(Gone("its process ended"))
