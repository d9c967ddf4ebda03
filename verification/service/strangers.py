"""What is shown although something else was asked for: rows of another parent, a filter ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from verification.service.exchange import PROMPT, Answer
from verification.service.running import Running
from verification.service.surface import Operation

MOST = 12  # questions
SEVERAL = 2
DEPTH = 3
KEY = re.compile(r"\w+(_id|Id|_uuid)")


@dataclass(frozen=True, slots=True)
class Stranger:
    """A row in an answer to a question that leaves it out."""

    operation: Operation
    name: str
    """The parameter, and the field of the row that says something else."""


def strangers(
    running: Running, operations: Sequence[Operation], shown: Sequence[Answer]
) -> tuple[Stranger, ...]:
    """Ask for the rows of one parent, or in one state, that lists have shown beside others.

    Only where a parameter and a field of the rows have the same name, as `user_id` in
    `GET /users/{user_id}/tasks` and in each task; a row that has the value in any other field is
    let pass, for it may be told of from the other end.
    """
    values = _values(shown)
    found: list[Stranger] = []
    asked = 0
    for operation in operations:
        for name in _asking(operation):
            if len(values.get(name, ())) < SEVERAL or asked == MOST:
                continue
            asked += 1
            value = values[name][0]
            answer = running.ask(operation.request(**{name: value}), PROMPT)
            rows = list(_rows(answer.json(), DEPTH)) if answer.succeeded else []
            if any(name in row and value not in row.values() for row in rows):
                found.append(Stranger(operation, name))
    return tuple(found)


def _asking(operation: Operation) -> Iterator[str]:
    """The parameters that name a parent, or a state that is one of two."""
    if operation.method != "GET":
        return
    needed = {p["name"] for p in operation.parameters if p.get("required")}
    for parameter in operation.parameters:
        name = parameter["name"]
        parent = KEY.fullmatch(name) and parameter["in"] in {"path", "query"}
        state = parameter["in"] == "query" and _is_boolean(parameter.get("schema") or {})
        if (parent or state) and needed <= {name}:
            yield name


def _is_boolean(schema: Any) -> bool:
    options = [schema, *schema.get("anyOf", ())]
    return any(option.get("type") == "boolean" for option in options)


def _values(shown: Sequence[Answer]) -> dict[str, list[Any]]:
    """Every value of every field in the rows of these answers, each once, in their order."""
    found: dict[str, list[Any]] = {}
    for answer in shown:
        for row in _rows(answer.json(), DEPTH):
            for name, value in row.items():
                if isinstance(value, str | int) and value not in found.setdefault(name, []):
                    found[name].append(value)
    return found


def _rows(body: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The rows in the lists of an answer: what has an id of its own, and something else."""
    if isinstance(body, dict) and depth:
        for value in body.values():
            yield from _rows(value, depth - 1)
    elif isinstance(body, list) and depth:
        for each in body:
            if isinstance(each, dict):
                yield from _rows(each, depth - 1)
                if "id" in each:
                    yield each
