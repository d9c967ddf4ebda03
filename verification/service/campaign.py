"""Fuzz the application in its own process, and ask the database after every request."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from verification.service.exchange import REFUSED, Answer, Request
from verification.service.fuzzing import fuzz
from verification.service.judging import Fault, judge
from verification.service.oracle import Change, Oracle
from verification.service.running import placeholders
from verification.service.scripting import Step
from verification.service.surface import Operation, Routes, operations

LOST = 10.0  # seconds that requests of an operation may take in all, if they are slow ones
SLOW = 1.0
AT_THE_DOOR = frozenset({404, 405, 406, 415, 422})
PATIENCE = 8  # refusals in a row
NOBODY = Answer(503)
REMEMBERED = 40  # of the requests before a fault, those that wrote


@dataclass(slots=True)
class Campaign:
    """The requests so far: how many, what they showed, and one that wrote for each operation."""

    worker: Any
    loop: asyncio.AbstractEventLoop
    oracle: Oracle
    routes: Routes
    signed: Mapping[str, str]
    cases: int = 0
    refused: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)
    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)
    spent: dict[str, tuple[int, float]] = field(default_factory=dict)
    stalled: set[str] = field(default_factory=set)
    wrote: list[Step] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        """One request, its answer and the verdict of the database."""
        name = str(self.routes.of(request))
        if name in self.stalled:
            return NOBODY
        begun = time.perf_counter()
        future = asyncio.run_coroutine_threadsafe(self.worker.ask(request), self.loop)
        try:
            answer: Answer = future.result(LOST)
        except TimeoutError:
            future.cancel()
            self.stalled.add(name)
            return NOBODY
        self.cases += 1
        self._note(name, time.perf_counter() - begun)
        self.statuses[answer.status] += 1
        change = None if self._turned_away(answer) else self.oracle.look()
        request = request.signed(self.signed)
        operation = self.routes.of(request)
        if operation is not None:
            self._judge(operation, request, answer, change)
        if change is not None:
            self.wrote = [*self.wrote[1 - REMEMBERED :], Step(request, answer.body)]
        self._stay(answer)
        return answer

    def _turned_away(self, answer: Answer) -> bool:
        """Whether it was refused before anything was asked of a database that we can see asked."""
        asked = answer.statements or answer.failures or not self.worker.tally.engines
        return answer.status in AT_THE_DOOR and not asked

    def _stay(self, answer: Answer) -> None:
        """Whoever has signed in may have deleted, locked or renamed himself: begin again."""
        if self.signed:
            self.refused = self.refused + 1 if answer.status in REFUSED else 0
            if self.oracle.diminished or self.refused > PATIENCE:
                self.refused = 0
                self.begin()

    def _note(self, name: str, seconds: float) -> None:
        """Leave alone what sleeps: a few of its answers have to do."""
        count, spent = self.spent.get(name, (0, 0.0))
        count, spent = self.spent[name] = count + 1, spent + seconds
        if spent > LOST and spent / count > SLOW:
            self.stalled.add(name)

    def begin(self) -> None:
        """A new sequence of requests, on a database that is as it was in the beginning."""
        if self.oracle.reset():
            self.wrote = []

    def _judge(
        self, operation: Operation, request: Request, answer: Answer, change: Change | None
    ) -> None:
        if answer.succeeded and change is not None:
            known = self.accepted.get(str(operation))
            if known is None or len(request.body or "") < len(known["body"] or ""):
                self.accepted[str(operation)] = asdict(request)
        for fault in judge(operation, request, answer, change, self.oracle):
            known_fault = self.faults.get(fault.key)
            if known_fault is None or fault.size < known_fault.size:
                self.faults[fault.key] = replace(fault, steps=tuple(self.wrote))


def campaign(worker: Any, loop: asyncio.AbstractEventLoop, **given: Any) -> dict[str, Any]:
    """The job of the service's process: fuzz, and say what was found."""
    document, depth, seed = given["document"], given["depth"], given["seed"]
    oracle = Oracle(worker.dsn)
    oracle.open()
    with closing(oracle):
        routes, signed = Routes(operations(document)), placeholders(worker.credentials)
        running = Campaign(worker, loop, oracle, routes, signed)
        began = time.perf_counter()
        fuzz(document, depth, running.send, running.begin, seed)
        return {
            "seconds": time.perf_counter() - began,
            "cases": running.cases,
            "statuses": {str(status): count for status, count in running.statuses.items()},
            "faults": [asdict(fault) for fault in running.faults.values()],
            "accepted": running.accepted,
            "stalled": sorted(running.stalled),
        }
