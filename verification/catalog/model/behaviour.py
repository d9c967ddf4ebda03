"""What makes a relation act by itself: triggers, policies, rules; and its extended statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger, PostgreSQL's internal ones left out."""

    KIND: ClassVar[str] = "trigger"

    name: str
    definition: str
    enabled: str = "origin"  # "origin", "disabled", "replica", "always"
    function: str = ""
    comment: str | None = None
    inherited_from: str = ""  # "schema.table.trigger" of the partitioned table


@dataclass(frozen=True, slots=True)
class Policy:
    """One row security policy."""

    KIND: ClassVar[str] = "policy"

    name: str
    command: str  # "all", "select", "insert", "update", "delete"
    permissive: bool
    roles: tuple[str, ...]  # PUBLIC for everybody
    using: str | None
    check: str | None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rewrite rule, a view's own SELECT left out."""

    KIND: ClassVar[str] = "rule"

    name: str
    definition: str
    enabled: str = "origin"
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """One extended statistics object."""

    KIND: ClassVar[str] = "statistics"

    schema: str
    name: str
    definition: str
    owner: str = ""
    target: int | None = None
    comment: str | None = None
