"""A request to the service, and what it answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

SUCCESS = range(200, 400)
REFUSED = frozenset({401, 403})
SERVER_ERRORS = range(500, 600)
PROMPT = 8.0  # seconds after which an endpoint is too slow to be asked again and again
LOCKED = "every endpoint asks for credentials: set headers or login in [tool.verification]"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `leave_after` is when the client goes away without waiting for the answer."""

    method: str
    path: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    leave_after: float | None = None

    @classmethod
    def of(cls, method: str, path: str, value: Any = None) -> Self:
        """A request with a JSON body, where there is a value."""
        if value is None:
            return cls(method, path)
        return cls(method, path, json.dumps(value), {"content-type": "application/json"})

    def signed(self, credentials: Mapping[str, str]) -> Self:
        """The same request of somebody with these credentials."""
        if not credentials:
            return self
        ours = {name.lower() for name in credentials}
        others = {k: v for k, v in self.headers.items() if k.lower() not in ours}
        return replace(self, headers={**others, **credentials})

    def __str__(self) -> str:
        """`GET /items`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement that a request has caused, and the values it was given."""

    text: str
    values: str = ""
    affected: int = 0
    """How many rows it has written, in a transaction that may not have been committed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the database that a request has met, whatever was made of it."""

    state: str
    constraint: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Status 0 means that nothing did, within `seconds`."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0
    statements: tuple[Statement, ...] = ()
    failures: tuple[Failure, ...] = ()
    error: str = ""
    """What the application raised instead of answering, if it did."""

    @property
    def succeeded(self) -> bool:
        """Whether it is what the client had hoped for."""
        return self.status in SUCCESS

    @property
    def affected(self) -> int:
        """How many rows its statements have written."""
        return sum(statement.affected for statement in self.statements)

    @property
    def came(self) -> bool:
        """Whether there was an answer at all."""
        return self.status != 0

    def json(self) -> Any:
        """The body as JSON, or None where it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def written(self) -> dict[str, Any]:
        """For the way between two processes."""
        return asdict(self)

    @classmethod
    def read(cls, message: Mapping[str, Any], seconds: float) -> Self:
        """As it came from the other process; `seconds` is what its client has waited."""
        statements = tuple(Statement(**each) for each in message["statements"])
        failures = tuple(Failure(**each) for each in message["failures"])
        known = {"statements": statements, "failures": failures, "seconds": seconds}
        return cls(**{**message, **known})
