"""What Neon's API speaks of: branches, endpoints and operations, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

# `failed` is not among them: Neon may try such an operation again.
DONE = {"finished", "skipped", "cancelled"}
GIVEN_UP = "error"


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a project."""

    id: str
    name: str
    state: str
    """`init`, `resetting`, `ready`, `archived`; more may come."""
    default: bool
    protected: bool
    parent_id: str
    """Empty for a root."""
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Read what the API answers; what it adds in future is passed over."""
        expires = entry.get("expires_at")
        return cls(
            entry["id"],
            entry["name"],
            entry["current_state"],
            bool(entry["default"]),
            bool(entry["protected"]),
            entry.get("parent_id") or "",
            datetime.fromisoformat(entry["created_at"]),
            datetime.fromisoformat(expires) if expires else None,
        )

    @property
    def untouchable(self) -> str:
        """Why nothing may be written to it, empty where it may."""
        if self.default:
            return "the default branch"
        return "a protected branch" if self.protected else ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A compute of a branch."""

    id: str
    branch_id: str
    host: str
    kind: str
    """`read_write` or `read_only`."""
    state: str
    disabled: bool
    suspend_after: int
    """Seconds without activity; 0 for the default, -1 for never."""
    smallest: float = 0.25
    """Compute units that it has at least."""
    largest: float = 0.25
    """Compute units that it may grow to."""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Read what the API answers."""
        return cls(
            entry["id"],
            entry["branch_id"],
            entry["host"],
            entry["type"],
            entry["current_state"],
            bool(entry["disabled"]),
            int(entry["suspend_timeout_seconds"]),
            float(entry.get("autoscaling_limit_min_cu") or 0.25),
            float(entry.get("autoscaling_limit_max_cu") or 0.25),
        )

    @property
    def connections(self) -> int:
        """Its max_connections, by the formula of Neon's documentation (reference/compatibility)."""
        units = min(self.largest, 8 * self.smallest)
        return max(100, min(4000, int(units * 419.66)))


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that Neon does after it has answered."""

    id: str
    action: str
    status: str

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Read what the API answers; actions and states that nobody knows yet are fine."""
        return cls(entry["id"], entry["action"], entry["status"])

    @property
    def done(self) -> bool:
        """Whether it will change no more."""
        return self.status in DONE


@dataclass(frozen=True, slots=True)
class Created:
    """A new branch, ready to be used."""

    branch: Branch
    endpoints: tuple[Endpoint, ...]
