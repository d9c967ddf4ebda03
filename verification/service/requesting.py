"""Requests that a service accepts: values of the right shape, keys of rows that are there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from verification.catalog import Catalog
from verification.service.exchange import Answer, Request
from verification.service.judging import Fault, judge
from verification.service.oracle import Change, Oracle
from verification.service.running import Running
from verification.service.surface import Operation, sample

FIXED = ("uuid", "date-time", "date", "time", "uri", "ipv4", "ipv6")
NOBODY = "00000000-0000-4000-8000-00000000dead"
NUMBER = 2_000_000_000
PARAMETER = re.compile(r"\{([^}]*)\}")


@dataclass(slots=True)
class Requesting:
    """Knows what was created so far, and makes further requests from it."""

    running: Running
    oracle: Oracle
    catalog: Catalog
    operations: Sequence[Operation]
    known: Mapping[str, Mapping[str, Any]]
    """Requests that have been accepted before, by operation."""
    created: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _number: int = 0

    def accepted(self, operation: Operation) -> tuple[Request, Answer, Change] | None:
        """A new request that is accepted and writes something, if one can be made."""
        for attempt in range(4):
            request = self.fresh(operation, attempt)
            if request is None:
                return None
            answer, change = self.send(operation, request)
            if answer.succeeded and change is not None:
                self._remember(operation, answer)
                return request, answer, change
        return None

    def send(self, operation: Operation, request: Request) -> tuple[Answer, Change | None]:
        """One request, and what it has committed; what is wrong with it is kept in `faults`."""
        self.oracle.look()
        answer = self.running.ask(request)
        change = self.oracle.look()
        self.faults += judge(operation, request, answer, change, self.oracle)
        return answer, change

    def fresh(self, operation: Operation, attempt: int = 0) -> Request | None:
        """A request unlike those before; None where it is about something that is not there."""
        self._number += 1
        path = self.path(operation)
        if path is None:
            return None
        if operation.body is None:
            return Request(operation.method, path)
        return Request.of(operation.method, path, self.body(operation, attempt))

    def path(self, operation: Operation) -> str | None:
        """The path with the keys of what was created under it."""
        path = operation.path
        while found := PARAMETER.search(path):
            parent = operation.path[: operation.path.index(found[0])].rstrip("/")
            key = self.created.get(parent)
            if isinstance(key, Mapping):
                key = key.get(found[1], key.get("id"))
            if key is None:
                return None
            path = path.replace(found[0], quote(str(key), safe=""), 1)
        required = {p["name"]: sample(p.get("schema") or {}) for p in _required(operation)}
        query = "&".join(f"{name}={quote(str(value))}" for name, value in required.items())
        return path + (f"?{query}" if query else "")

    def body(self, operation: Operation, attempt: int = 0) -> Any:
        """What was accepted before, or what the schema says, made new and pointed at rows."""
        schema = operation.body or {}
        before = self.known.get(str(operation), {}).get("body")
        value = sample(schema)
        if before and attempt % 2:
            value = json.loads(before)
        if not isinstance(value, dict):
            return value
        if attempt >= 2:  # noqa: PLR2004 - the second half of the attempts
            optional = schema.get("properties") or {}
            value = {**{name: sample(part) for name, part in optional.items()}, **value}
        rules = schema.get("properties") or {}
        return {
            name: self._reference(name, self._varied(item, rules.get(name) or {}))
            for name, item in value.items()
        }

    def dangling(self, operation: Operation) -> Request | None:
        """A request that points at a row that is not there, where it can point at any."""
        request = self.fresh(operation)
        value = json.loads(request.body) if request and request.body else None
        if request is None or not isinstance(value, dict):
            return None
        named = [name for name in value if self._target(name)]
        if not named:
            return None
        for name in named:
            value[name] = NOBODY if isinstance(value[name], str) else NUMBER
        return Request.of(operation.method, request.path, value)

    def _reference(self, name: str, value: Any) -> Any:
        """The key of a row that is there, where the name is that of a foreign key."""
        target = self._target(name)
        if target is None:
            return value
        table, key = target
        column = '"' + key.replace('"', '""') + '"'
        rows = self.oracle.rows(f"SELECT to_jsonb(x.{column}) FROM {table} x LIMIT 1")
        return rows[0][0] if rows else value

    def _target(self, name: str) -> tuple[str, str] | None:
        """What a foreign key of this name refers to."""
        return next(
            (
                (key.references, key.referenced_columns[0])
                for table in self.catalog.tables
                for key in table.constraints
                if key.kind == "foreign key" and key.columns == (name,)
            ),
            None,
        )

    def _varied(self, value: Any, rule: Mapping[str, Any]) -> Any:
        for key in ("anyOf", "oneOf"):
            options = [each for each in rule.get(key, []) if each.get("type") != "null"]
            rule = options[0] if options else rule
        if not isinstance(value, str) or rule.get("format") in FIXED:
            return value
        if {"enum", "const"} & set(rule):
            return value
        if "pattern" in rule:
            return self._matching(rule["pattern"], value)
        if rule.get("format") == "email" or "@" in value:
            return f"verify{self._number}@example.org"
        text = f"verify{self._number}".ljust(rule.get("minLength", 0), "x")
        longest = rule.get("maxLength", len(text))
        return text if len(text) <= longest else str(self._number)[-longest:]

    def _matching(self, pattern: str, value: str) -> str:
        """A new text that the pattern allows, if one of the common kinds will do."""
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(self._number))
        digits = f"{self._number:0{len(value)}d}"
        kinds = (f"verify{self._number}", f"verify{letters}", letters, letters.upper(), digits)
        try:
            return next((text for text in kinds if re.search(pattern, text)), value)
        except re.error:
            return value

    def _remember(self, operation: Operation, answer: Answer) -> None:
        body = answer.json()
        if operation.method == "POST" and isinstance(body, dict):
            self.created.setdefault(operation.path.rstrip("/"), body)


def _required(operation: Operation) -> list[Mapping[str, Any]]:
    return [p for p in operation.parameters if p["in"] == "query" and p.get("required")]
