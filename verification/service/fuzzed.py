"""Everything that requests of all kinds have shown, with the database as witness."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from verification.catalog import read
from verification.databases import Server
from verification.databases.session import connect
from verification.service.exchange import REFUSED
from verification.service.judging import Fault
from verification.service.oracle import Oracle
from verification.service.requesting import Requesting
from verification.service.severing import severing
from verification.service.starting import Service
from verification.service.surface import operations
from verification.service.trials import trials

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


def fuzzed(service: Service, server: Server, depth: str) -> Fuzzed:
    """Fuzz the service on a fresh database, then let requests meet. Raises NotStarted, Gone."""
    with service.fresh() as (running, dsn):
        document = running.describe()["openapi"]
        if not (document or {}).get("paths"):
            return Fuzzed((), 0, "the application has no OpenAPI document")
        result = running.run(
            "verification.service.campaign:campaign",
            LONGEST[depth],
            document=document,
            depth=depth,
        )
        faults = [
            Fault(**{key: value for key, value in fault.items() if key != "size"})
            for fault in result["faults"]
        ]
        with closing(connect(dsn)) as connection:
            catalog = read(connection)
        oracle = Oracle(dsn)
        oracle.open()
        with closing(oracle):
            requesting = Requesting(
                running, oracle, catalog, operations(document), result["accepted"]
            )
            for fault in trials(requesting, severing(server, dsn)):
                if all((fault.kind, fault.subject) != (f.kind, f.subject) for f in faults):
                    faults.append(fault)
    statuses = {int(status) for status in result["statuses"]}
    informative = {status for status in statuses if status not in {404, 405}}
    reason = ""
    if informative and informative <= REFUSED | {422, 400} and informative & REFUSED:
        reason = "every endpoint asks for credentials"
    return Fuzzed(tuple(faults), result["cases"], reason)
