"""Show a fault again on a database as it was in the beginning, with as little as it takes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from verification.service.exchange import Request
from verification.service.judging import Fault, judge
from verification.service.requesting import Requesting
from verification.service.scripting import Step
from verification.service.surface import Routes

SLOW = frozenset({"method", "half"})  # where the work of the step before must not be blamed
SETTLING = 0.05
ATTEMPTS = 40  # for one fault; each is a clean database and a few requests


@dataclass(slots=True)
class Reproducing:
    """Sends what has shown a fault, and looks whether it does so again."""

    requesting: Requesting
    deadline: float
    """When to leave it at what was found: `time.monotonic()`."""

    @property
    def late(self) -> bool:
        """Whether it is time to leave it at that."""
        return time.monotonic() > self.deadline

    def again(self, fault: Fault) -> Fault | None:
        """The same fault, on a clean database with only the steps it names; None where it hides."""
        oracle, running = self.requesting.oracle, self.requesting.running
        operation = Routes(self.requesting.operations).of(fault.request)
        if self.late or operation is None or not oracle.reset():
            return None
        keys: dict[str, str] = {}
        steps = []
        for step in fault.steps:
            request = _renewed(step.request, keys)
            answer = running.ask(request)
            now = Step(request, answer.body)
            places = {place: new for new, place in now.makes.items()}
            keys |= {old: places[place] for old, place in step.makes.items() if place in places}
            steps.append(now)
        if steps and fault.kind in SLOW:
            time.sleep(SETTLING)
        oracle.look()
        request = _renewed(fault.request, keys)
        answer = running.ask(request)
        change = oracle.look()
        found = judge(operation, request, answer, change, oracle)
        same = next((each for each in found if each.key == fault.key), None)
        return replace(same, steps=tuple(steps)) if same else None

    def smallest(self, fault: Fault) -> Fault | None:
        """It with the least that still shows it; None where it does not show again."""
        best = next((f for guess in _guesses(fault) if (f := self.again(guess))), None)
        left = ATTEMPTS
        while best is not None:
            for smaller in _smaller(best):
                left -= 1
                if left < 0:
                    return best
                if found := self.again(smaller):
                    best = found
                    break
            else:
                return best
        return None


def _guesses(fault: Fault) -> Iterator[Fault]:
    """Nothing before it; itself, as with duplicates; all that was there."""
    yield replace(fault, steps=())
    if fault.request.method == "POST":
        yield replace(fault, steps=(Step(fault.request),))
    if fault.steps:
        yield fault


def _smaller(fault: Fault) -> Iterator[Fault]:
    """With fewer steps, then with less in each of the bodies, boldest first."""
    size = len(fault.steps)
    while size := size // 2 if size > 1 else 0:
        for start in range(0, len(fault.steps), size):
            yield replace(fault, steps=fault.steps[:start] + fault.steps[start + size :])
    for body in _less(fault.request.body):
        yield replace(fault, request=replace(fault.request, body=body))
    for number, step in enumerate(fault.steps):
        for body in _less(step.request.body):
            now = replace(step, request=replace(step.request, body=body))
            yield replace(fault, steps=(*fault.steps[:number], now, *fault.steps[number + 1 :]))


def _less(body: str | None) -> Iterator[str]:
    """The body without one of its parts."""
    try:
        value = json.loads(body or "")
    except ValueError:
        return
    if isinstance(value, dict):
        for name in value:
            yield json.dumps({key: each for key, each in value.items() if key != name})


def _renewed(request: Request, keys: dict[str, str]) -> Request:
    path, body = request.path, request.body
    for old, new in keys.items():
        path = path.replace(old, new)
        body = body.replace(old, new) if body else body
    return replace(request, path=path, body=body)


def merged(faults: Sequence[Fault], more: Sequence[Fault]) -> list[Fault]:
    """The first of each."""
    found: dict[tuple[str, str], Fault] = {}
    for fault in (*faults, *more):
        found.setdefault(fault.key, fault)
    return list(found.values())
