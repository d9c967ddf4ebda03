"""Races and failing commits: what shows only when requests meet, or when the end goes wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any

from verification.databases.session import connect
from verification.service.exchange import SERVER_ERRORS, Answer, Request
from verification.service.hostile import hostile
from verification.service.judging import DELIBERATE, REHEARSAL, Fault, held
from verification.service.oracle import Change
from verification.service.repeating import delete_again, patch_one, put_again
from verification.service.requesting import Requesting
from verification.service.severing import Severing
from verification.service.surface import Operation

AT_ONCE = 5  # as many as the smallest pools that are common
HELD = 1.5  # seconds
WRITING = ("POST", "PUT", "PATCH", "DELETE")
CLIENT_ERRORS = range(400, 500)
FAILING = """
CREATE FUNCTION verify_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refused at COMMIT' USING ERRCODE = '23514';
END $$
"""


def trials(requesting: Requesting, actions: Severing) -> Iterator[Fault]:
    """Everything that several requests at once, or a failing COMMIT, show to be wrong."""
    writing = sorted(
        (o for o in requesting.operations if o.method in WRITING and not REHEARSAL.search(o.path)),
        key=lambda o: (WRITING.index(o.method), o.path.count("{"), "_id" in str(o.body)),
    )
    able: list[Operation] = []
    for operation in writing:
        # What would be deleted is still needed.
        if operation.method != "DELETE" and (found := requesting.accepted(operation)):
            able.append(operation)
            yield from meetings(requesting, actions, operation, found[0], found[2])
    for operation in requesting.operations:
        for hard in hostile(requesting, operation):
            requesting.send(operation, hard)
    deleting = [each for each in writing if each.method == "DELETE"]
    yield from uncommitted(requesting, actions, [*able, *deleting])
    for operation in reversed(deleting):
        if last := requesting.fresh(operation):
            answer, change = requesting.send(operation, last)
            if answer.succeeded and change is not None:
                yield from delete_again(requesting, operation, last)
    yield from requesting.faults


def meetings(
    requesting: Requesting, actions: Severing, operation: Operation, first: Request, change: Change
) -> Iterator[Fault]:
    """The same request, and others like it, in turn and at once."""
    if operation.method == "POST":
        yield from duplicate(requesting, actions, operation, first, change)
    yield from accumulate(requesting, actions, operation, first)
    if operation.method == "PUT":
        yield from put_again(requesting, operation, first, change)
    if operation.method == "PATCH":
        yield from disjoint(requesting, actions, operation, change)
        yield from patch_one(requesting, operation)
    if dangling := requesting.dangling(operation):
        requesting.send(operation, dangling)


def duplicate(
    requesting: Requesting, actions: Severing, operation: Operation, first: Request, change: Change
) -> Iterator[Fault]:
    """The same new thing five times at once, where there would be one of it in turn."""
    again, more = requesting.send(operation, first)
    found = again.succeeded and _grown(change) == 1 and (more is None or _grown(more) < 1)
    if again.status not in CLIENT_ERRORS and not found:
        return  # it may be there more than once
    request = requesting.fresh(operation)
    if request is None:
        return
    answers, result = together(requesting, actions, [request] * AT_ONCE, sorted(change.tables))
    won = sum(answer.succeeded for answer in answers)
    broken = [a for a in answers if a.status in SERVER_ERRORS and a.status not in DELIBERATE]
    if broken:
        says = f"answers {broken[0].status} to one of {AT_ONCE} equal requests at once"
        yield Fault("race", str(operation), says, request, held(requesting.oracle, result))
    elif found and result is not None and _grown(result) > 1:
        says = f"makes {_grown(result)} of {AT_ONCE} equal requests at once, and one of two in turn"
        yield Fault("race", str(operation), says, request, held(requesting.oracle, result))
    elif not found and won > 1 and result is not None and _grown(result) >= won:
        says = f"accepts {won} of {AT_ONCE} equal requests at once, and only one of two in turn"
        yield Fault("race", str(operation), says, request, held(requesting.oracle, result))


def accumulate(
    requesting: Requesting, actions: Severing, operation: Operation, request: Request
) -> Iterator[Fault]:
    """What adds up in turn must add up at once."""
    history: list[Change] = []
    for _ in range(3):
        answer, more = requesting.send(operation, request)
        if not answer.succeeded or more is None:
            return
        history.append(more)
    for table, row, column, step in _steps(history):
        answers, result = together(requesting, actions, [request] * AT_ONCE, [table])
        won = sum(answer.succeeded for answer in answers)
        ((now,),) = requesting.oracle.rows(
            f"SELECT to_jsonb(x) -> %s FROM {table} x WHERE to_jsonb(x) -> 'id' = %s::jsonb",
            (column, json.dumps(row["id"])),
        )
        wanted = row[column] + won * step
        if won and abs(now - wanted) > abs(step) / 2:
            says = f"{won} of {won} requests at once are answered as done, and {column} says {now}"
            says += f" instead of {wanted}"
            yield Fault("update", str(operation), says, request, held(requesting.oracle, result))
        return


def disjoint(
    requesting: Requesting, actions: Severing, operation: Operation, change: Change
) -> Iterator[Fault]:
    """Two changes of different fields at once must both be there afterwards."""
    properties = (operation.body or {}).get("properties") or {}
    for table, rows in change.written.items():
        row = rows[0] if len(rows) == 1 and "id" in rows[0] else None
        texts = [
            name
            for name, rule in properties.items()
            if row is not None and isinstance(row.get(name), str) and _is_text(rule)
        ]
        if row is None or len(texts) < 2:  # noqa: PLR2004 - two fields
            continue
        path = requesting.path(operation)
        values = {name: f"verify race {name}" for name in texts[:2]}
        requests = [
            Request.of("PATCH", path or "", {name: value}) for name, value in values.items()
        ]
        answers, result = together(requesting, actions, requests, [table])
        if not all(answer.succeeded for answer in answers):
            return
        ((now,),) = requesting.oracle.rows(
            f"SELECT to_jsonb(x) FROM {table} x WHERE to_jsonb(x) -> 'id' = %s::jsonb",
            (json.dumps(row["id"]),),
        )
        for (name, value), request in zip(values.items(), requests, strict=True):
            if now[name] == row[name] != value:
                says = f"answers two changes at once as done, and that of {name} is lost"
                yield Fault(
                    "update", str(operation), says, request, held(requesting.oracle, result)
                )
        return


def uncommitted(
    requesting: Requesting, actions: Severing, able: Sequence[Operation]
) -> Iterator[Fault]:
    """A COMMIT that fails must not be answered as done."""
    actions.release()
    with closing(connect(requesting.oracle.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(FAILING)
        for table in requesting.oracle.tables:
            with suppress(Exception):  # partitioned tables and views have none
                cursor.execute(
                    f"CREATE CONSTRAINT TRIGGER verify_refuse AFTER INSERT OR UPDATE OR DELETE"
                    f" ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                    f" EXECUTE FUNCTION verify_refuse()"
                )
    for operation in able:
        request = requesting.fresh(operation)
        if request is None:
            continue
        requesting.oracle.look()
        answer, change = requesting.running.ask(request), requesting.oracle.look()
        wrote = answer.affected > 0
        if answer.succeeded and change is None and wrote:
            says = f"answers {answer.status} although the COMMIT failed"
            yield Fault("lost", str(operation), says, request, held(requesting.oracle, None))
    actions.release()
    with closing(connect(requesting.oracle.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION verify_refuse CASCADE")


def together(
    requesting: Requesting, actions: Severing, requests: Sequence[Request], tables: Sequence[str]
) -> tuple[list[Answer], Change | None]:
    """Send them at once, and hold back every write until all have read what they want to."""
    requesting.oracle.look()
    with actions.unwritable(tables):
        pending = requesting.running.begin(requests)
        deadline = time.monotonic() + HELD
        while time.monotonic() < deadline:
            if pending.arrived + actions.waiting() >= len(requests):
                break
            time.sleep(0.02)
    return pending.answers(30), requesting.oracle.look()


def _is_text(rule: Mapping[str, Any]) -> bool:
    """Whether any text at all will do."""
    options = [*rule.get("anyOf", []), rule]
    kinds = [each for each in options if each.get("type") == "string"]
    return any(not {"format", "enum", "const", "pattern"} & set(each) for each in kinds)


def _grown(change: Change) -> int:
    return max(change.after[name] - change.before.get(name, 0) for name in change.after)


def _steps(history: Sequence[Change]) -> Iterator[tuple[str, dict[str, Any], str, float]]:
    """The columns of a row that each of the requests has moved by the same step."""
    for table in history[-1].written:
        rows = [change.written.get(table, []) for change in history]
        if any(len(each) != 1 or "id" not in each[0] for each in rows):
            continue
        first, second, third = (each[0] for each in rows)
        if not first["id"] == second["id"] == third["id"]:
            continue
        for column, value in third.items():
            numbers = (first[column], second[column], value)
            if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
                continue
            step = value - second[column]
            if step and abs(step - (second[column] - first[column])) < abs(step) / 100:
                yield table, third, column, step
