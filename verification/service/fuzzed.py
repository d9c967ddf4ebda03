"""Everything that requests of all kinds have shown, with the database as witness."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from verification.catalog import read
from verification.databases import Server
from verification.databases.session import connect
from verification.service.exchange import LOCKED, REFUSED
from verification.service.judging import Fault
from verification.service.oracle import Oracle
from verification.service.remembering import Memory, faults_of
from verification.service.reproducing import Reproducing, merged
from verification.service.requesting import Requesting
from verification.service.rows import Rows
from verification.service.severing import severing
from verification.service.starting import Service
from verification.service.surface import operations
from verification.service.trials import trials

ENOUGH = 10.0  # seconds for seeing faults again
# Of several requests at once, or of what one has left for the next.
MEETINGS = frozenset({"race", "update", "patch"})
# What the database shows may be the work of the request before: it counts where it shows again.
DOUBTFUL = frozenset({"method", "half"})
LONGEST = {"quick": 120.0, "standard": 600.0, "deep": 7200.0}


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What was found, and how much was tried."""

    faults: tuple[Fault, ...]
    cases: int
    reason: str
    """Why this says nothing of the service, where it does not."""

    def of(self, *kinds: str) -> tuple[Fault, ...]:
        """The faults of these kinds, in order of their subjects."""
        found = [fault for fault in self.faults if fault.kind in kinds]
        return tuple(sorted(found, key=lambda fault: (fault.subject, fault.says)))


def fuzzed(service: Service, server: Server, depth: str, seed: int, memory: Memory) -> Fuzzed:
    """Ask what has failed before, fuzz, let requests meet. Raises NotStarted, Gone."""
    with service.fresh() as (running, dsn):
        document = running.describe()["openapi"]
        if not (document or {}).get("paths"):
            return Fuzzed((), 0, "the application has no OpenAPI document")
        with closing(connect(dsn)) as connection:
            catalog = read(connection)
        oracle = Oracle(dsn)
        oracle.open()
        with closing(oracle):
            requesting = Requesting(running, oracle, Rows(oracle, catalog), operations(document))
            faults = _recalled(requesting, memory)
            requesting.begin()
            result = running.run(
                "verification.service.campaign:campaign",
                LONGEST[depth],
                document=document,
                depth=depth,
                seed=seed,
            )
            faults = merged(faults, faults_of(result["faults"]))
            requesting.known = result["accepted"]
            awake = [o for o in requesting.operations if str(o) not in result["stalled"]]
            requesting.operations = awake
            requesting.begin()
            faults = merged(faults, list(trials(requesting, severing(server, dsn))))
            faults = _reduced(requesting, faults)
    faults = memory.keep(faults)
    return Fuzzed(tuple(faults), result["cases"], _silence(result["statuses"]))


def _recalled(requesting: Requesting, memory: Memory) -> list[Fault]:
    reproducing = Reproducing(requesting, time.monotonic() + ENOUGH)
    again = (reproducing.again(fault) for fault in memory.recall())
    return [fault for fault in again if fault is not None]


def _reduced(requesting: Requesting, faults: Sequence[Fault]) -> list[Fault]:
    """Each with what it takes to see it again, where that can be found out."""
    reproducing = Reproducing(requesting, time.monotonic() + ENOUGH)
    kept = []
    for fault in faults:
        doubtful = fault.kind in DOUBTFUL and not fault.steady
        smaller = None if fault.kind in MEETINGS or fault.steady else reproducing.smallest(fault)
        if smaller or not doubtful or reproducing.late:
            kept.append(smaller or fault)
    return kept


def _silence(statuses: Iterable[str]) -> str:
    """Why the answers tell nothing, if that is so."""
    informative = {int(status) for status in statuses} - {404, 405}
    if informative and informative <= REFUSED | {422, 400} and informative & REFUSED:
        return LOCKED
    return ""
