"""Values that code forgets: what cannot be stored, does not fit, or means nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from verification.service.exchange import Request
from verification.service.requesting import Requesting
from verification.service.surface import Operation, sample

TEXTS = ("\x00", "a\x00b", "%", "'", "\\", " ", "\u202e", "a" * 5000)
ALSO_IN_JSON = ("\ud800", "")
INTEGERS = (2**31, 2**63, -1, 0, -(2**31) - 1, -(2**63) - 1, 10**30)
NUMBERS = (1e308, -1e308, 1e-320, 0.1 + 0.2)
MOMENTS = (
    "2024-06-01T12:00:00+02:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2024-01-01T00:00:00",
    "1900-02-28T23:59:60Z",
)
DAYS = ("0001-01-01", "9999-12-31")


def values(schema: Mapping[str, Any], *, in_json: bool) -> Iterator[Any]:
    """The hard values for a schema, each of a type that it allows."""
    for rule in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), schema):
        match rule.get("type"), rule.get("format"):
            case "string", "date-time":
                yield from MOMENTS
            case "string", "date":
                yield from DAYS
            case "string", _:
                yield from TEXTS
                if 0 < rule.get("maxLength", 0) < len(TEXTS[-1]):
                    yield "a" * rule["maxLength"]
                if in_json:
                    yield from ALSO_IN_JSON
            case "integer", _:
                yield from INTEGERS
            case "number", _:
                yield from (*NUMBERS, *INTEGERS)
    if in_json:
        yield None


def hostile(requesting: Requesting, operation: Operation) -> Iterator[Request]:
    """One request for each hard value of each parameter and each field of the body."""
    base = requesting.fresh(operation)
    if base is None:
        body = sample(operation.body) if operation.body is not None else None
        base = operation.request(body)
    for parameter in operation.parameters:
        rule = parameter.get("schema") or {}
        for value in values(rule, in_json=False):
            if path := _placed(operation, base, parameter, str(value)):
                yield Request(base.method, path, base.body, base.headers)
    fields = (operation.body or {}).get("properties") or {}
    given = json.loads(base.body) if base.body else None
    if isinstance(given, dict):
        for name, rule in fields.items():
            for value in values(rule, in_json=True):
                yield Request.of(base.method, base.path, {**given, name: value})


def _placed(
    operation: Operation, base: Request, parameter: Mapping[str, Any], value: str
) -> str | None:
    path, _, query = base.path.partition("?")
    if parameter["in"] == "query":
        kept = [p for p in query.split("&") if p and p.partition("=")[0] != parameter["name"]]
        return path + "?" + "&".join([*kept, f"{parameter['name']}={quote(value, safe='')}"])
    if parameter["in"] == "path":
        marked = "{" + parameter["name"] + "}"
        parts = [
            quote(value, safe="") if written == marked else known
            for written, known in zip(operation.path.split("/"), path.split("/"), strict=False)
        ]
        return "/".join(parts) + (f"?{query}" if query else "")
    return None
