"""One misfortune of the database, and what the service answers during and after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verification.service.exchange import Answer, Request
from verification.service.running import Gone, Running
from verification.service.survey import Probe

BOUND = 15.0  # seconds within which a request must be answered, whatever the database does
RECOVERY = 10.0  # seconds after which a service must be back, once its database is
PAUSE = 0.1
WAITED = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One endpoint in one drill."""

    request: Request
    before: Answer
    during: tuple[Answer, ...]
    after: Answer | None
    """The last answer; None where the process had ended."""
    recovery: float | None
    """Seconds until it answered as before; None where it never did."""


@dataclass(frozen=True, slots=True)
class Drill:
    """What was done to the database, in words, and what was seen."""

    name: str
    says: str
    probes: tuple[Seen, ...]
    alive: tuple[Seen, ...] = ()

    @property
    def bodies(self) -> tuple[tuple[Request, Answer], ...]:
        """Every answer there was."""
        return tuple(
            (seen.request, answer)
            for seen in (*self.probes, *self.alive)
            for answer in (*seen.during, *((seen.after,) if seen.after else ()))
        )

    @property
    def recovered(self) -> bool:
        """Whether the service is as it was."""
        return all(seen.recovery is not None for seen in self.probes)


def perform(
    running: Running,
    name: str,
    says: str,
    probes: Sequence[Probe],
    alive: Sequence[Probe] = (),
    *,
    apply: Callable[[], object],
    lift: Callable[[], object],
    rounds: int = 2,
) -> Drill:
    """Let it happen, ask everything at once a few times, end it, and wait for the recovery."""
    everything = [*probes, *alive]
    requests = [probe.request for probe in everything]
    during: list[list[Answer]] = []
    apply()
    try:
        for _ in range(rounds):
            during.append(running.together(requests, BOUND))
            if any(answer.seconds > WAITED for answer in during[-1]):
                break  # once is enough to know how long it waits
    except Gone:
        pass
    finally:
        lift()
    ends = recover(running, everything)
    seen = [
        Seen(
            probe.request,
            probe.before,
            tuple(answers[number] for answers in during),
            *ends[number],
        )
        for number, probe in enumerate(everything)
    ]
    return Drill(name, says, tuple(seen[: len(probes)]), tuple(seen[len(probes) :]))


def recover(running: Running, probes: Sequence[Probe]) -> list[tuple[Answer | None, float | None]]:
    """Ask again until each answers as it did before, or for as long as is allowed."""
    begun = time.monotonic()
    ends: list[tuple[Answer | None, float | None]] = [(None, None)] * len(probes)
    left = set(range(len(probes)))
    while left and (remaining := begun + RECOVERY - time.monotonic()) > 0:
        for number in sorted(left):
            try:
                answer = running.ask(probes[number].request, max(remaining, 1.0))
            except Gone:
                return ends
            back = answer.status == probes[number].before.status
            ends[number] = (answer, time.monotonic() - begun if back else None)
            if back:
                left.discard(number)
        if left:
            time.sleep(PAUSE)
    return ends
