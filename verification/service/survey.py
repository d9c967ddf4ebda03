"""What a healthy service answers, endpoint by endpoint, and which of them need the database."""

from __future__ import annotations

from dataclasses import dataclass

from verification.service.exchange import LOCKED, PROMPT, REFUSED, Answer, Request
from verification.service.proxy import Proxy
from verification.service.running import Running
from verification.service.surface import (
    ALIVE,
    HEALTH,
    READY,
    Operation,
    operations,
    plain_paths,
)

MOST_PROBES = 4
MOST_ASKED = 40
BASELINE = frozenset({200, 201, 202, 203, 204, 404})


@dataclass(frozen=True, slots=True)
class Probe:
    """A request that needs the database, and its answer while that is well."""

    request: Request
    before: Answer


@dataclass(frozen=True, slots=True)
class Survey:
    """The service while everything is well."""

    operations: tuple[Operation, ...]
    probes: tuple[Probe, ...]
    ready: tuple[Probe, ...]
    health: tuple[Probe, ...]
    alive: tuple[Probe, ...]
    uses_database: bool
    reason: str
    """Why there is no probe, where there is none."""


def survey(running: Running, proxy: Proxy) -> Survey:
    """Ask everything that can be asked without a body, once."""
    about = running.describe()
    found = operations(about["openapi"] or {})
    named = {
        name: tuple(Probe(r, running.ask(r)) for path in paths for r in (Request("GET", path),))
        for name, paths in (
            ("ready", plain_paths(found, READY)),
            ("health", plain_paths(found, HEALTH)),
            ("alive", plain_paths(found, ALIVE)),
        )
    }
    special = {probe.request.path for probes in named.values() for probe in probes}
    candidates = [each for each in found if each.method == "GET" and each.path not in special]
    # What lists comes before what looks one thing up, which an empty database has not.
    candidates.sort(key=lambda each: (each.path.count("{"), len(each.path), each.path))
    probes, refused, asked = [], 0, 0
    for operation in candidates[:MOST_ASKED]:
        request, traffic = operation.request(), proxy.traffic
        answer = running.ask(request, PROMPT)
        asked += 1
        refused += answer.status in REFUSED
        if answer.status in BASELINE and (answer.statements or proxy.traffic > traffic):
            probes.append(Probe(request, answer))
            if len(probes) == MOST_PROBES:
                break
    # Readiness that looks is a probe as good as any.
    looking = [p for p in named["ready"] + named["health"] if p.before.statements]
    reason = ""
    if asked and refused == asked:
        reason = LOCKED
    elif not probes and not looking:
        reason = "no endpoint that can be asked without a body reads the database"
    return Survey(
        operations=found,
        probes=tuple(probes) or tuple(p for p in looking if p.before.succeeded),
        uses_database=bool(about["engines"] or proxy.arrivals or probes or looking),
        reason=reason,
        **named,
    )
