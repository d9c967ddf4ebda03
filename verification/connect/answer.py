"""What one connection to a database showed: how long each step took, and who answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from verification.connect.layers import Failure


class Unanswered(Exception):
    """No connection was made; the failure says which layer and whether to try again."""

    def __init__(self, failure: Failure) -> None:
        """Keep the failure; the message is its one line."""
        self.failure = failure
        super().__init__(str(failure))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of making a connection."""

    name: str
    seconds: float

    def __str__(self) -> str:
        """As in `TLS 12.3 ms`."""
        return f"{self.name} {self.seconds * 1000:.1f} ms"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered, in its own words."""

    version_num: int
    version: str
    database: str
    role: str
    in_recovery: bool
    read_only: bool
    """Whether a transaction that this URL begins may only read."""
    encoding: str
    client_encoding: str
    statement_timeout: str
    """As SHOW gives it; `0` is none."""
    idle_timeout: str
    """Of sessions that are idle in a transaction."""
    branch: str
    """Neon's branch id, empty where it is not Neon."""
    endpoint: str
    project: str
    clock: datetime
    """The server's clock when it answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A connection that was made, and closed again."""

    steps: tuple[Step, ...]
    identity: Identity
    address: str
    tls: str
    """As in `TLSv1.3`; empty where the connection was not encrypted."""
    cipher: str
    asked: datetime
    """This machine's clock in the middle of the first query."""

    @property
    def seconds(self) -> float:
        """From nothing to the first row."""
        return sum(step.seconds for step in self.steps)

    @property
    def timeline(self) -> str:
        """All steps on one line."""
        return ", ".join(map(str, self.steps))
