"""What a method promises: PUT may be repeated, PATCH leaves the rest alone, DELETE has an end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from verification.service.exchange import Request
from verification.service.judging import JOURNAL, Fault, held
from verification.service.oracle import Change
from verification.service.requesting import Requesting
from verification.service.scripting import Step
from verification.service.surface import Operation

OK = 200
GONE = frozenset({404, 410})
INVALID = frozenset({400, 409, 422})


def put_again(
    requesting: Requesting, operation: Operation, request: Request, change: Change
) -> Iterator[Fault]:
    """The same PUT twice must leave what one leaves."""
    answer, more = requesting.send(operation, request)
    if not answer.succeeded or more is None:
        return
    for name in sorted(_grown(change) & _grown(more)):
        says = f"adds another row to {name} each time it is repeated"
        yield fault(requesting, operation, "method", says, request, answer.status, more)
        return


def patch_one(requesting: Requesting, operation: Operation) -> Iterator[Fault]:
    """A change of one field must leave the others as they are."""
    first = requesting.fresh(operation, attempt=2)
    whole = json.loads(first.body) if first and first.body else None
    if first is None or not isinstance(whole, dict):
        return
    answer, change = requesting.send(operation, first)
    row = _only_row(change) if answer.succeeded else None
    if row is None:
        return
    alone: list[Request] = []
    accepted = False
    for name, value in whole.items():
        if row.get(name) != value or not isinstance(value, str | int):
            continue
        request = Request.of("PATCH", first.path, {name: _another(value)})
        answer, change = requesting.send(operation, request)
        if answer.status in INVALID and {*(operation.body or {}).get("required", ())} <= {name}:
            alone.append(request)
            continue
        accepted = True
        now = _only_row(change) if answer.succeeded else None
        if now is None or now.get("id") != row.get("id"):
            continue
        lost = [
            other
            for other in whole
            if other != name and row.get(other) == whole[other] != now.get(other)
            if now.get(other) in (None, _default(operation, other))
        ]
        if lost:
            says = f"changes {name} alone, and {', '.join(lost)} is overwritten, too"
            yield fault(requesting, operation, "patch", says, request, answer.status, change)
        return
    if len(alone) > 1 and not accepted:
        says = f"takes {len(alone)} fields together and none alone, though none is required"
        yield fault(requesting, operation, "patch", says, alone[0], answer.status, None)


def delete_again(requesting: Requesting, operation: Operation, request: Request) -> Iterator[Fault]:
    """What is not there any more cannot be deleted once more, and told so in words."""
    reading = next(
        (o for o in requesting.operations if o.method == "GET" and o.path == operation.path), None
    )
    answer, change = requesting.send(operation, request)
    if reading is None or answer.status != OK or not answer.json() or change is not None:
        return
    if requesting.running.ask(Request("GET", request.path)).status in GONE:
        says = "answers 200 for what is not there, which GET answers with 404"
        yield fault(requesting, operation, "method", says, request, answer.status, None)


def fault(
    requesting: Requesting,
    operation: Operation,
    kind: str,
    says: str,
    request: Request,
    status: int,
    change: Change | None,
) -> Fault:
    """A fault that shows only after what came before it."""
    steps: tuple[Step, ...] = tuple(requesting.wrote[-3:])
    signed = request.signed(requesting.running.signed)
    rows = held(requesting.oracle, change)
    return Fault(kind, str(operation), says, signed, rows, status, steps, steady=True)


def _grown(change: Change) -> frozenset[str]:
    counts = change.after.items()
    grown = {name for name, count in counts if count > change.before.get(name, 0)}
    return frozenset(name for name in grown if not JOURNAL.search(name))


def _only_row(change: Change | None) -> Mapping[str, Any] | None:
    """The row that was written, where it is one."""
    rows = [row for each in change.written.values() for row in each] if change else []
    return rows[0] if len(rows) == 1 else None


def _another(value: str | int) -> str | int:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value[:-1] + ("b" if value[-1:] == "a" else "a")


def _default(operation: Operation, name: str) -> str | int | float | None:
    properties = (operation.body or {}).get("properties") or {}
    value = (properties.get(name) or {}).get("default")
    return value if isinstance(value, str | int | float) else None
