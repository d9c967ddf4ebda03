"""Fuzz the application in its own process, and ask the database after every request."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import Any

from verification.service.exchange import Answer, Request
from verification.service.fuzzing import fuzz
from verification.service.judging import judge
from verification.service.oracle import Change, Oracle
from verification.service.surface import Operation, operations

SLOWEST = 30.0


@dataclass(slots=True)
class Campaign:
    """The requests so far: how many, what they showed, and one that wrote for each operation."""

    worker: Any
    loop: asyncio.AbstractEventLoop
    oracle: Oracle
    routes: list[tuple[re.Pattern[str], Operation]]
    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)

    def send(self, request: Request) -> Answer:
        """One request, its answer and the verdict of the database."""
        future = asyncio.run_coroutine_threadsafe(self.worker.ask(request), self.loop)
        answer: Answer = future.result(SLOWEST)
        self.cases += 1
        self.statuses[answer.status] += 1
        change = self.oracle.look()
        operation = self._operation(request)
        if operation is not None:
            self._judge(operation, request, answer, change)
        return answer

    def _judge(
        self, operation: Operation, request: Request, answer: Answer, change: Change | None
    ) -> None:
        if answer.succeeded and change is not None:
            known = self.accepted.get(str(operation))
            if known is None or len(request.body or "") < len(known["body"] or ""):
                self.accepted[str(operation)] = asdict(request)
        for fault in judge(operation, request, answer, change, self.oracle):
            key = (fault.kind, fault.subject)
            known = self.faults.get(key)
            if known is None or fault.size < known["size"]:
                self.faults[key] = {**asdict(fault), "size": fault.size}

    def _operation(self, request: Request) -> Operation | None:
        path = request.path.partition("?")[0]
        found = (o for p, o in self.routes if o.method == request.method and p.fullmatch(path))
        return next(found, None)


def campaign(worker: Any, loop: asyncio.AbstractEventLoop, **given: Any) -> dict[str, Any]:
    """The job of the service's process: fuzz, and say what was found."""
    document, depth = given["document"], given["depth"]
    oracle = Oracle(worker.dsn)
    oracle.open()
    with closing(oracle):
        routes = [(_pattern(each.path), each) for each in operations(document)]
        # `/users/me` before `/users/{id}`
        routes.sort(key=lambda route: route[1].path.count("{"))
        running = Campaign(worker, loop, oracle, routes)
        began = time.perf_counter()
        fuzz(document, depth, running.send)
        return {
            "seconds": time.perf_counter() - began,
            "cases": running.cases,
            "statuses": {str(status): count for status, count in running.statuses.items()},
            "faults": list(running.faults.values()),
            "accepted": running.accepted,
        }


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]*\}", path)
    return re.compile("[^/]*".join(re.escape(part) for part in parts))
