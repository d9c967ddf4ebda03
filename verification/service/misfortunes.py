"""The other drills: connections killed, a restart, a silent network, a pool with nothing left."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from verification.databases import Server
from verification.service.drill import BOUND, PAUSE, Drill, Seen, perform, recover
from verification.service.exchange import Answer
from verification.service.proxy import Proxy, proxied
from verification.service.running import Running
from verification.service.severing import Severing, severing
from verification.service.starting import Service
from verification.service.survey import Probe

CROWD = 25  # more than the fifteen connections of SQLAlchemy's own pool, fewer than its threads
PATIENT = 35.0  # seconds: a little more than a pool waits unless it is told otherwise
ENDLESS = 15.0  # seconds after which a wait that nothing bounds is believed to have no end
SHORT = 8.0
SETTLED = 1.0
DOWNTIME = 0.5


def severed(
    service: Service, server: Server, probes: Sequence[Probe], alive: Sequence[Probe]
) -> tuple[Drill, ...]:
    """Connections killed, the server restarted, the database closed: one after the other."""
    if not probes and not alive:
        return ()
    with service.clone() as dsn, proxied(dsn) as proxy:
        drills: list[Drill] = []
        with service.start(proxy.dsn) as running:
            recover(running, probes)  # connections that lie idle are what is to be hit
            for drill in _short(proxy, severing(server, dsn)):
                drills.append(drill(running, probes=probes, alive=alive))
                if not drills[-1].recovered:
                    break  # the next one would only find it in pieces
        return tuple(drills)


def _short(proxy: Proxy, actions: Severing) -> tuple[partial[Drill], ...]:
    def restart() -> None:
        actions.kill()
        proxy.refuse()

    def restarted() -> None:
        time.sleep(DOWNTIME)
        proxy.mend()

    return (
        partial(
            perform,
            name="killed",
            says="its connections are ended by the server",
            apply=actions.kill,
            lift=lambda: None,
        ),
        partial(
            perform,
            name="restarted",
            says="its database server restarts",
            apply=restart,
            lift=restarted,
        ),
        partial(
            perform,
            name="closed",
            says="its database accepts nobody",
            apply=actions.shut,
            lift=actions.open,
        ),
    )


def silent(service: Service, probes: Sequence[Probe], alive: Sequence[Probe]) -> tuple[Drill, ...]:
    """New connections are accepted and never answered.

    Those there are were cut: a proxy cannot swallow packets, so what is sent into its silence is
    acknowledged, and a tcp_user_timeout that helps against a dead network would not be seen to.
    """
    if not probes:
        return ()
    with service.clone() as dsn, proxied(dsn) as proxy, service.start(proxy.dsn) as running:
        recover(running, probes)

        def silence() -> None:
            proxy.silence()
            proxy.cut()

        says = "its database answers no new connection"
        return (perform(running, "silent", says, probes, alive, apply=silence, lift=proxy.mend),)


def exhausted(
    service: Service,
    server: Server,
    probes: Sequence[Probe],
    alive: Sequence[Probe],
    *,
    thorough: bool,
) -> tuple[Drill, ...]:
    """More requests at once than connections, while each connection is kept busy."""
    if not probes:
        return ()
    with service.clone() as dsn, service.start(dsn) as running:
        actions = severing(server, dsn)
        recover(running, probes)
        patience, judged = _patience(running, thorough=thorough)
        crowd = [probes[number % len(probes)].request for number in range(CROWD)]
        with actions.locked():
            pending = running.begin(crowd)
            time.sleep(SETTLED)
            told = running.together([probe.request for probe in alive], BOUND)
            while time.monotonic() < pending.begun + patience and not pending.arrived:
                time.sleep(PAUSE)
            without = CROWD - actions.waiting()
            hangs = judged and without > 0 and not pending.arrived
            in_time = pending.answers(0)
        pending.answers(BOUND)
        during = [Answer(0, seconds=patience)] if hangs else [a for a in in_time if a.came]
        ends = recover(running, [*probes, *alive])
        seen = [
            Seen(probe.request, probe.before, tuple(answers), *end)
            for probe, answers, end in zip(
                [*probes, *alive],
                [during, *([[]] * (len(probes) - 1)), *([answer] for answer in told)],
                ends,
                strict=True,
            )
        ]
        says = "all its connections are busy"
        count = len(probes)
        return (Drill("exhausted", says, tuple(seen[:count]), tuple(seen[count:])),)


def _patience(running: Running, *, thorough: bool) -> tuple[float, bool]:
    """How long to wait for those who got no connection, and whether silence is then a fault."""
    waits = running.waits()
    if not waits or None in waits or max(w for w in waits if w is not None) > PATIENT:
        return ENDLESS, True
    longest = max(wait for wait in waits if wait is not None)
    if longest <= SHORT or thorough:
        return longest + 3, True
    return SETTLED, False  # its own setting says when the wait ends; that need not be seen
