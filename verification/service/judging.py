"""What one request, its answer and the database together show to be wrong."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from verification.service.exchange import REFUSED, SERVER_ERRORS, Answer, Request
from verification.service.leaks import leak
from verification.service.oracle import Change, Oracle
from verification.service.surface import Operation

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Said on purpose: not offered, or something that is needed is away.
DELIBERATE = frozenset({501, 503})
TOO_MANY = 429
BAD = 400
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
COMMON = 2  # columns that an answer and a row must share to be about the same thing
CURL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the request that shows it."""

    kind: str
    subject: str
    says: str
    curl: str
    held: str

    @property
    def size(self) -> int:
        """How much there is to read; the smallest one is kept."""
        return len(self.curl)


def judge(
    operation: Operation, request: Request, answer: Answer, change: Change | None, oracle: Oracle
) -> Iterator[Fault]:
    """Everything that is wrong with this answer."""
    found = [*broken(answer), *refused(request, answer, change)]
    if answer.status >= BAD and (shown := leak(answer.body, oracle.dsn)):
        found.append(("leak", f"shows {shown} in its answer {answer.status}", ""))
    if answer.succeeded and request.method not in SAFE and not REHEARSAL.search(request.path):
        if answer.affected and change is None:
            found.append(("lost", f"answers {answer.status}, and nothing was committed", ""))
        elif change is not None:
            found += [("untrue", says, name) for name, says in untrue(answer, change)]
    for kind, says, part in found:
        subject = f"{operation} {part}".strip()
        yield Fault(kind, subject, says, curl(request), held(oracle, change))


def broken(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """A server error: of a constraint that nobody answers for, or another one."""
    if answer.status not in SERVER_ERRORS or answer.status in DELIBERATE:
        return
    failure = next((f for f in answer.failures if f.state.startswith("23")), None)
    if failure is not None or CONSTRAINT.search(answer.error):
        name = failure.constraint if failure else ""
        says = f"answers {answer.status} to a violation of {name or 'a constraint'}"
        yield "constraint", says, name
    elif not ELSEWHERE.search(answer.error):
        reason = answer.error.partition(":")[0]
        yield "error", f"answers {answer.status}" + (f" ({reason})" if reason else ""), ""


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


def untrue(answer: Answer, change: Change) -> Iterator[tuple[str, str]]:
    """Where an answer says something else than the row that was written with it."""
    body = answer.json()
    if not isinstance(body, dict):
        return
    for table, rows in change.written.items():
        same = [
            row
            for row in rows
            if "id" in row and "id" in body and same_value(row["id"], body["id"])
        ]
        if len(same) != 1 or len(set(same[0]) & set(body)) <= COMMON:
            continue
        for name in sorted(set(same[0]) & set(body)):
            if comparable(same[0][name], body[name]) and not same_value(same[0][name], body[name]):
                yield name, f"answers another {name} than {table} holds"


def comparable(stored: Any, told: Any) -> bool:
    """Whether both are of a kind of which a difference means something."""
    simple = (str, int, float, bool)
    if stored is None or told is None:
        return isinstance(stored, simple) or isinstance(told, simple)
    if isinstance(stored, bool) or isinstance(told, bool):
        return isinstance(stored, bool) and isinstance(told, bool)
    if isinstance(stored, int | float) and isinstance(told, int | float):
        return True
    return isinstance(stored, str) and isinstance(told, str) and stored.lower() != told.lower()


def same_value(stored: Any, told: Any) -> bool:
    """Whether two values mean the same, however they are written."""
    if stored == told or str(stored) == str(told):
        return True
    if isinstance(stored, int | float) and isinstance(told, int | float):
        return abs(stored - told) <= 1e-6 * max(1.0, abs(stored))
    one, other = _instant(stored), _instant(told)
    if one is not None and other is not None:
        if (one.tzinfo is None) != (other.tzinfo is None):
            return one.replace(tzinfo=None) == other.replace(tzinfo=None)
        return one == other
    return False


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def curl(request: Request) -> str:
    """The request as a command line."""
    parts = ["curl", "-X", request.method, CURL + request.path]
    for name, value in request.headers.items():
        if name.lower() not in {"user-agent", "accept", "x-schemathesis-testcaseid"}:
            parts += ["-H", f"{name}: {value}"]
    if request.body is not None:
        parts += ["--data-raw", request.body]
    return " ".join(shlex.quote(part) for part in parts)


def held(oracle: Oracle, change: Change | None) -> str:
    """How many rows there were, and are."""
    now: Mapping[str, int] = oracle.counts
    before = change.before if change else now
    return ", ".join(
        f"{name} {before.get(name, 0)}"
        + (f" -> {now[name]}" if now[name] != before.get(name) else "")
        for name in sorted(now)
    )
