"""Requests that a service accepts: values of the right shape, keys of rows that are there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from verification.generation.drawing import draw
from verification.service.exchange import Answer, Request
from verification.service.judging import Fault, judge
from verification.service.oracle import Change, Oracle
from verification.service.rows import Rows
from verification.service.running import Running
from verification.service.scripting import Step
from verification.service.surface import Operation, sample

FIXED = ("uuid", "date-time", "date", "time", "uri", "ipv4", "ipv6")
UPSERTING = ("PUT", "POST")  # what they are about need not be there
NOBODY = "00000000-0000-4000-8000-00000000dead"
NUMBER = 2_000_000_000
MUCH = 1000
AMPLE = re.compile(
    r"stock|balance|inventory|capacity|available|credit|seats|remaining|budget|limit|on_hand|total",
    re.IGNORECASE,
)
PARAMETER = re.compile(r"\{([^}]*)\}")


@dataclass(slots=True)
class Requesting:
    """Knows what was created so far, and makes further requests from it."""

    running: Running
    oracle: Oracle
    rows: Rows
    operations: Sequence[Operation]
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Requests that have been accepted before, by operation."""
    created: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    wrote: list[Step] = field(default_factory=list)
    """What has written since the database was as in the beginning."""
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
        request = request.signed(self.running.signed)
        steps = tuple(self.wrote)
        for fault in judge(operation, request, answer, change, self.oracle):
            self.faults.append(replace(fault, steps=steps))
        if change is not None:
            self.wrote.append(Step(request, answer.body))
        return answer, change

    def begin(self) -> None:
        """Go back to the beginning, where the database lets us."""
        if self.oracle.reset():
            self.wrote, self.created = [], {}

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
        """The path with the keys of what was created under it, or of any row of that name."""
        path = operation.path
        while found := PARAMETER.search(path):
            parent = operation.path[: operation.path.index(found[0])].rstrip("/")
            key = self.created.get(parent)
            if isinstance(key, Mapping):
                key = key.get(found[1], key.get("id"))
            if key is None:
                key = self.rows.named(found[1], parent.rpartition("/")[2])
            if key is None and operation.method in UPSERTING:
                rules = [
                    p.get("schema") or {} for p in operation.parameters if p["name"] == found[1]
                ]
                key = self._varied(sample(rules[0]), rules[0]) if rules else None
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
        if attempt >= 2 and isinstance(value, dict):  # noqa: PLR2004 - the second half of them
            optional = schema.get("properties") or {}
            value = {**{name: sample(part) for name, part in optional.items()}, **value}
        if value == {} and "properties" not in schema:
            value = self.rows.like(operation.path)
        return self._placed(value, schema, set())

    def dangling(self, operation: Operation) -> Request | None:
        """A request that points at a row that is not there, where it can point at any."""
        request = self.fresh(operation)
        value = json.loads(request.body) if request and request.body else None
        if request is None or not isinstance(value, dict):
            return None
        named = list(_references(value, self.rows))
        if not named:
            return None
        owner, name = named[-1]
        owner[name] = NOBODY if isinstance(owner[name], str) else NUMBER
        return Request.of(operation.method, request.path, value)

    def _placed(self, value: Any, schema: Mapping[str, Any], used: set[str]) -> Any:
        """The value with new texts and keys of rows that are there, as deep as it goes."""
        schema = _chosen(schema)
        if isinstance(value, list):
            rule = schema.get("items") or {}
            return [self._placed(each, rule, used) for each in value]
        if not isinstance(value, dict):
            return self._varied(value, schema)
        rules = schema.get("properties") or {}
        placed = {}
        for name, item in value.items():
            key = self.rows.named(name, "", used) if _scalar(item) else None
            rule = rules.get(name) or {}
            placed[name] = self._placed(item, rule, used) if key is None else key
            if isinstance(placed[name], int) and AMPLE.search(name) and key is None:
                placed[name] = _ample(placed[name], _chosen(rule))
        return placed

    def _varied(self, value: Any, rule: Mapping[str, Any]) -> Any:
        if not isinstance(value, str) or rule.get("format") in FIXED:
            return value
        if {"enum", "const"} & set(rule):
            return value
        if "pattern" in rule:
            return self._matching(rule, value)
        if rule.get("format") == "email" or "@" in value:
            return f"verify{self._number}@example.org"
        text = f"verify{self._number}".ljust(rule.get("minLength", 0), "x")
        longest = rule.get("maxLength", len(text))
        return text if len(text) <= longest else str(self._number)[-longest:]

    def _matching(self, rule: Mapping[str, Any], value: str) -> str:
        """A new text that the pattern allows: of one of the common kinds, else any that fits."""
        from hypothesis.strategies import characters, from_regex  # noqa: PLC0415 - 60 ms

        letters = "".join(chr(ord("a") + int(digit)) for digit in str(self._number))
        digits = f"{self._number:0{len(value)}d}"
        common = (f"verify{self._number}", f"verify{letters}", letters, letters.upper(), digits)
        lengths = range(rule.get("minLength", 0), rule.get("maxLength", 10**6) + 1)
        try:
            found = re.compile(rule["pattern"])
            fits = (each for each in common if found.search(each) and len(each) in lengths)
            if text := next(fits, ""):
                return text
            ascii_only = characters(min_codepoint=32, max_codepoint=126)
            drawn = draw(from_regex(found, alphabet=ascii_only), 10)
            able = [str(each) for each in drawn if len(each) in lengths]
            return able[self._number % len(able)] if able else value
        except Exception:  # noqa: BLE001 - a pattern of another language than Python's
            return value

    def _remember(self, operation: Operation, answer: Answer) -> None:
        body = answer.json()
        if operation.method == "POST" and isinstance(body, dict):
            self.created.setdefault(operation.path.rstrip("/"), body)


def _chosen(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first alternative that is something."""
    for key in ("anyOf", "oneOf", "allOf"):
        options = [each for each in schema.get(key, []) if each.get("type") != "null"]
        if options:
            return _chosen(options[0])
    return schema


def _scalar(value: Any) -> bool:
    return value is None or (isinstance(value, int | str) and not isinstance(value, bool))


def _ample(value: int, rule: Mapping[str, Any]) -> int:
    """So much that a few requests do not use it up."""
    most = min(MUCH, rule.get("maximum", MUCH), rule.get("exclusiveMaximum", MUCH + 1) - 1)
    return max(value, int(most))


def _references(value: Any, rows: Rows) -> Iterator[tuple[dict[str, Any], str]]:
    """Where a body names another row."""
    if isinstance(value, dict):
        for name, each in value.items():
            if _scalar(each) and rows.referred(name):
                yield value, name
            yield from _references(each, rows)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each, rows)


def _required(operation: Operation) -> list[Mapping[str, Any]]:
    return [p for p in operation.parameters if p["in"] == "query" and p.get("required")]
