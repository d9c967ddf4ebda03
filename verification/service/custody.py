"""Does each request give back the connections it takes, errors and impatient clients included?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from verification.databases import Server
from verification.service.exchange import LOCKED, PROMPT, REFUSED, Request
from verification.service.running import Running
from verification.service.severing import Severing, severing
from verification.service.starting import Service
from verification.service.surface import Operation, sample
from verification.service.survey import Survey

SETTLING = 1.5  # seconds for what a request leaves to be done in the background
TIMES = 3  # how often a request is repeated to see whether its leak grows
MOST = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A request after which something was not given back."""

    request: Request
    operation: Operation
    status: int
    connections: int
    transactions: int
    left_early: bool


@dataclass(frozen=True, slots=True)
class Custody:
    """What was not given back, and how many requests have reached the database at all."""

    kept: tuple[Kept, ...]
    reached: int
    reason: str


@dataclass(slots=True)
class _Watch:
    running: Running
    actions: Severing

    def now(self) -> tuple[int, int]:
        """Connections out of the pools, and open transactions, now."""
        return (self.running.in_use() or 0, self.actions.idle_in_transaction(0))

    def settled(self, before: tuple[int, int]) -> tuple[int, int]:
        """The same, when it has come back to what it was, or after long enough."""
        deadline = time.monotonic() + SETTLING
        while (now := self.now()) > before and time.monotonic() < deadline:
            time.sleep(0.05)
        return now


def custody(service: Service, server: Server, survey: Survey) -> Custody:
    """Ask every operation, well and badly, and look after each whether all is back at rest."""
    kept: list[Kept] = []
    reached = refused = asked = 0
    with service.fresh() as (running, dsn):
        watch = _Watch(running, severing(server, dsn))
        blamed: set[str] = set()
        for operation, request in list(_requests(survey))[:MOST]:
            if str(operation) in blamed:
                continue
            before = watch.now()
            answers = [running.ask(request, PROMPT)]
            if not answers[0].came:
                continue
            answers += [running.ask(request, PROMPT) for _ in range(1, TIMES)]
            after = watch.settled(before)
            asked += 1
            refused += answers[-1].status in REFUSED
            reached += any(answer.statements for answer in answers)
            if after[0] > before[0] or after[1] > before[1]:
                blamed.add(str(operation))
                kept.append(
                    Kept(
                        request,
                        operation,
                        answers[-1].status,
                        max(0, after[0] - before[0]),
                        max(0, after[1] - before[1]),
                        left_early=request.leave_after is not None,
                    )
                )
    reason = LOCKED if asked and refused == asked else ""
    return Custody(tuple(kept), reached, reason)


def _requests(survey: Survey) -> Iterator[tuple[Operation, Request]]:
    order = sorted(survey.operations, key=lambda each: each.method == "DELETE")
    for operation in order:
        value = sample(operation.body) if operation.body is not None else None
        request = operation.request(value)
        yield operation, request
    for operation in order:
        if operation.method == "GET":
            yield operation, replace(operation.request(), leave_after=0.0)
