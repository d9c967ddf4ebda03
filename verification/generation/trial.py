"""What trying one constraint showed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from verification.catalog import Table
from verification.generation.nearmiss import NearMiss
from verification.generation.outcome import Row


class Verdict(StrEnum):
    """Whether a constraint refuses what violates it, and nothing else."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trial:
    """One constraint, tried: the row that it must refuse, and those just inside that it took."""

    subject: str
    verdict: Verdict
    message: str = ""
    fix: str = ""
    near_miss: NearMiss | None = None
    boundary: tuple[Row, ...] = ()
    table: Table | None = None
    name: str = ""  # of the constraint, the index or the column
