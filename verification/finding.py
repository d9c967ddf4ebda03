"""What a check reports: a value that names an object, says what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is, in SARIF's own words, mildest first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for the mildest; comparable, where the strings themselves are not."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the project's files, relative to its root; lines count from 1."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        """`file:line`, as editors and compilers write it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: its subject (a database object or a setting), one sentence, a fix, a place."""

    subject: str
    message: str
    fix: str = ""
    location: Location | None = None


class NotApplicable(Exception):
    """The project has no such thing, so there is nothing to verify: SKIPPED, harmless."""


class Unknown(Exception):
    """The project has such a thing, but nothing could be learnt of it: UNKNOWN, never green."""
