"""What one request, its answer and the database together show to be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verification.service.exchange import REFUSED, SERVER_ERRORS, Answer, Request
from verification.service.leaks import leak
from verification.service.oracle import Change, Oracle
from verification.service.scripting import Step, curl
from verification.service.surface import Operation
from verification.service.truth import untrue

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Said on purpose: not offered, or something that is needed is away.
DELIBERATE = frozenset({501, 503})
TOO_MANY = 429
BAD = 400
CREATED = 201
# A machine without the service's other companions is no fault of the service.
ELSEWHERE = re.compile(
    r"ConnectError|ConnectTimeout|ConnectionError|ConnectionRefused|gaierror|redis|botocore|smtp|"
    r"kafka|amqp|elastic|getaddrinfo|Name or service not known",
    re.IGNORECASE,
)
CONSTRAINT = re.compile(
    r"IntegrityError|UniqueViolation|ForeignKeyViolation|NotNullViolation|CheckViolation"
    r"|ExclusionViolation"
)
JOURNAL = re.compile(
    r"audit|log|event|attempt|history|journal|outbox|idempot|rate|session|trace|metric|queue|job",
    re.IGNORECASE,
)
REHEARSAL = re.compile(r"dry|preview|validat|simulat|check|test", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the requests that show it."""

    kind: str
    subject: str
    says: str
    request: Request
    held: str
    """How many rows there were before the request, and after it."""
    status: int = 0
    steps: tuple[Step, ...] = ()
    """What has to come before the request."""

    steady: bool = False
    """Whether it was seen in a way that cannot be the work of another request."""
    script: str = ""
    """A Python program that shows it again, from the project's root."""

    @property
    def key(self) -> tuple[str, str]:
        """What it is about, whatever the request."""
        return self.kind, self.subject

    @property
    def size(self) -> int:
        """How much there is to read; the smallest one is kept."""
        return len(self.request.path) + len(self.request.body or "")

    @property
    def curl(self) -> str:
        """The requests as a command line."""
        return curl(self.request, self.steps)


def judge(
    operation: Operation, request: Request, answer: Answer, change: Change | None, oracle: Oracle
) -> Iterator[Fault]:
    """Everything that is wrong with this answer."""
    found = [*broken(answer), *refused(request, answer, change)]
    if answer.status >= BAD and (shown := leak(answer.body, oracle.dsn)):
        found.append(("leak", f"shows {shown} in its answer {answer.status}", ""))
    if answer.succeeded and request.method in SAFE and change is not None:
        found += written_by_reading(change)
    if answer.succeeded and request.method not in SAFE and not REHEARSAL.search(request.path):
        if answer.affected and change is None:
            found.append(("lost", f"answers {answer.status}, and nothing was committed", ""))
        elif answer.status == CREATED and answer.failures and change is None:
            found.append(("lost", "answers 201 although the database has refused it", ""))
        elif change is not None:
            found += [("untrue", says, name) for name, says in untrue(request, answer, change)]
    for kind, says, part in found:
        subject = f"{operation} {part}".strip()
        yield Fault(kind, subject, says, request, held(oracle, change), answer.status)


def broken(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """A server error: of a constraint that nobody answers for, or another one."""
    if answer.status not in SERVER_ERRORS or answer.status in DELIBERATE:
        return
    failure = next((f for f in answer.failures if f.state.startswith("23")), None)
    if failure is not None or CONSTRAINT.search(answer.error):
        name = failure.constraint if failure else ""
        says = f"answers {answer.status} to a violation of {name or 'a constraint'}"
        yield "constraint", says, name
    elif not (ELSEWHERE.search(answer.error) or _of_the_framework(answer)):
        reason = answer.error.partition(":")[0]
        yield "error", f"answers {answer.status}" + (f" ({reason})" if reason else ""), ""


def _of_the_framework(answer: Answer) -> bool:
    """FastAPI cannot quote half a character back in the 422 with which it refuses it."""
    return not answer.failures and "surrogates not allowed" in answer.error


def written_by_reading(change: Change) -> Iterator[tuple[str, str, str]]:
    """A safe request that adds or removes rows; what counts and marks its reading may do so."""
    for name in sorted(change.after):
        if change.after[name] != change.before.get(name) and not JOURNAL.search(name):
            verb = "adds to" if change.after[name] > change.before.get(name, 0) else "removes from"
            yield "method", f"{verb} {name}, though it only reads", ""


def refused(
    request: Request, answer: Answer, change: Change | None
) -> Iterator[tuple[str, str, str]]:
    """A refusal after which something is different."""
    if answer.status < BAD or answer.status in REFUSED | {TOO_MANY}:
        return
    if change is None or request.method in SAFE:
        return
    if tables := sorted(name for name in change.tables if not JOURNAL.search(name)):
        yield "half", f"answers {answer.status} and has written to {', '.join(tables)}", ""


def held(oracle: Oracle, change: Change | None) -> str:
    """How many rows there were, and are."""
    now: Mapping[str, int] = oracle.counts
    before = change.before if change else now
    return ", ".join(
        f"{name} {before.get(name, 0)}"
        + (f" -> {now[name]}" if now[name] != before.get(name) else "")
        for name in sorted(now)
    )
