"""What a service offers, by its OpenAPI document: operations, and which of them tell its health."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from verification.service.exchange import Request

METHODS = ("get", "put", "post", "delete", "patch")
DEEPEST = 8
READY = re.compile(r"(^|/)(is[-_]?)?(readyz?|readiness)([-_]?(check|probe|z))?/?$", re.IGNORECASE)
ALIVE = re.compile(
    r"(^|/)(is[-_]?)?(livez?|liveness|alive|ping|heartbeat)([-_]?(check|probe|z))?/?$",
    re.IGNORECASE,
)
HEALTH = re.compile(r"(^|/)(healthz?|status)([-_]?(check|probe|z))?/?$", re.IGNORECASE)
SAMPLES = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date-time": "2024-01-01T00:00:00Z",
    "date": "2024-01-01",
    "email": "somebody@example.org",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    answers: Mapping[str, Any]
    form: Mapping[str, Any] | None = None
    """What a form must hold, where it takes one instead of JSON."""

    def __str__(self) -> str:
        """`GET /items/{item_id}`."""
        return f"{self.method} {self.path}"

    def request(self, value: Any = None, **given: Any) -> Request:
        """A request with everything that is required, sampled where it is not given."""
        path, query = self.path, {}
        for parameter in self.parameters:
            name = parameter["name"]
            if name in given or parameter.get("required"):
                chosen = given.get(name, sample(parameter.get("schema") or {}))
                if parameter["in"] == "path":
                    path = path.replace("{" + name + "}", quote(str(chosen), safe=""))
                elif parameter["in"] == "query":
                    query[name] = chosen
        return Request.of(self.method, path + (f"?{urlencode(query)}" if query else ""), value)

    def has_parameter(self, pattern: re.Pattern[str]) -> str | None:
        """The first query parameter with such a name."""
        names = (p["name"] for p in self.parameters if p["in"] == "query")
        return next((name for name in names if pattern.fullmatch(name)), None)


def operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Every operation of a document, `$ref` resolved where it matters."""
    return tuple(_operations(document))


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in (document.get("paths") or {}).items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method not in item:
                continue
            found = item[method]
            parameters = [resolved(document, p) for p in (*shared, *found.get("parameters", []))]
            content = resolved(document, found.get("requestBody") or {}).get("content") or {}
            schema = (content.get("application/json") or {}).get("schema")
            form = (content.get("application/x-www-form-urlencoded") or {}).get("schema")
            yield Operation(
                method.upper(),
                path,
                tuple(
                    {**p, "schema": resolved(document, p.get("schema") or {})} for p in parameters
                ),
                resolved(document, schema) if schema is not None else None,
                found.get("responses") or {},
                resolved(document, form) if form is not None else None,
            )


def resolved(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Any:
    """The schema with its references replaced, as deep as anybody nests."""
    if isinstance(schema, list):
        return [resolved(document, each, depth) for each in schema]
    if not isinstance(schema, dict) or depth > DEEPEST:
        return schema
    if "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target.get(part.replace("~1", "/").replace("~0", "~"), {})
        return resolved(document, target, depth + 1)
    return {key: resolved(document, value, depth + 1) for key, value in schema.items()}


def sample(schema: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911 - one for each kind
    """A value that the schema most likely allows."""
    for key in ("const", "default", "example"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        options = [s for s in schema.get(key, []) if s.get("type") != "null"]
        if options:
            return sample(options[0])
    match schema.get("type"):
        case "integer":
            return max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        case "number":
            return max(1.0, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "array":
            return [sample(schema.get("items") or {})] * schema.get("minItems", 0)
        case "object":
            properties = schema.get("properties") or {}
            return {name: sample(properties.get(name, {})) for name in schema.get("required", [])}
    text = SAMPLES.get(schema.get("format", ""), "a" * max(3, schema.get("minLength", 3)))
    return text[: schema.get("maxLength", len(text))]


class Routes:
    """Which operation a request is for."""

    def __init__(self, found: Sequence[Operation]) -> None:
        """What is written out comes before what has parameters: `/users/me`, `/users/{id}`."""
        ordered = sorted(found, key=lambda operation: operation.path.count("{"))
        self._patterns = [(_pattern(operation.path), operation) for operation in ordered]

    def of(self, request: Request) -> Operation | None:
        """The operation, where the document has it."""
        path = request.path.partition("?")[0]
        fits = (o for p, o in self._patterns if o.method == request.method and p.fullmatch(path))
        return next(fits, None)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]*\}", path)
    return re.compile("[^/]*".join(re.escape(part) for part in parts))


def plain_paths(found: tuple[Operation, ...], pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The paths that fit and can be asked for as they are."""
    return tuple(
        each.path
        for each in found
        if each.method == "GET"
        and "{" not in each.path
        and pattern.search(each.path)
        and not any(p.get("required") for p in each.parameters)
    )
