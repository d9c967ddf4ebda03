"""The first drill: the database goes away, and the service is asked how it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from verification.dsn import Dsn
from verification.service.drill import Drill, perform
from verification.service.exchange import Answer, Request
from verification.service.proxy import Proxy, proxied
from verification.service.running import Gone, Running
from verification.service.starting import Service
from verification.service.survey import Probe, Survey, survey

MEMORY = 10.0  # seconds for which what is said of a database may be remembered
PAUSE = 0.25
GLANCE = 2.0  # the same for who has never been seen to look


@dataclass(frozen=True, slots=True)
class Told:
    """What an endpoint says of the service's health, with and without the database."""

    request: Request
    before: Answer
    down: Answer


@dataclass(frozen=True, slots=True)
class Outage:
    """The service before, during and after an outage."""

    survey: Survey
    drill: Drill
    ready: tuple[Told, ...]
    health: tuple[Told, ...]
    alive: tuple[Told, ...]
    dsn: Dsn
    """Where the database was, so that it can be recognised in an answer."""


def outage(service: Service, heard: Callable[[Survey], object] = lambda _: None) -> Outage:
    """Start it on a healthy database, take that away, and give it back. Raises NotStarted.

    `heard` is told what the service answers while all is well, as soon as that is known.
    """
    with (
        service.clone() as dsn,
        proxied(dsn) as proxy,
        service.start(proxy.dsn) as running,
    ):
        seen = survey(running, proxy)
        heard(seen)
        told: dict[str, tuple[Told, ...]] = {}

        def vanish() -> None:
            proxy.refuse()
            for name in ("alive", "ready", "health"):
                probes: tuple[Probe, ...] = getattr(seen, name)
                memory = 0.0 if name == "alive" else _memory(proxy, probes)
                told[name] = tuple(_ask(running, probe, memory) for probe in probes)

        drill = perform(
            running,
            "refused",
            "its database refuses connections",
            seen.probes,
            apply=vanish,
            lift=proxy.mend,
        )
        return Outage(seen, drill, dsn=proxy.dsn, **told)


def _memory(proxy: Proxy, probes: tuple[Probe, ...]) -> float:
    """For how long they may go on saying what they said before."""
    looks = proxy.arrivals > 0 or any(probe.before.statements for probe in probes)
    return MEMORY if looks else GLANCE


def _ask(running: Running, probe: Probe, memory: float) -> Told:
    """Ask until it no longer says that all is well, or for as long as it may remember."""
    deadline = time.monotonic() + memory
    while True:
        try:
            answer = running.ask(probe.request)
        except Gone:
            return Told(probe.request, probe.before, Answer(0))
        if not answer.succeeded or time.monotonic() >= deadline or not probe.before.succeeded:
            return Told(probe.request, probe.before, answer)
        time.sleep(PAUSE)
