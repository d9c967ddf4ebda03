"""What differs between two catalogs: one difference per object and aspect."""

from __future__ import annotations

from dataclasses import dataclass

EXISTENCE = "existence"
PRESENT = "present"
MISSING = "missing"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One aspect of one object that two catalogs disagree about, both sides shown."""

    subject: str  # "public.hero.name"
    kind: str  # "column"
    aspect: str  # "type"; "existence" where a side has no such object
    expected: str  # "character varying(50)"
    actual: str  # "text"

    def __str__(self) -> str:
        """As in `column public.hero.name: type is text, expected character varying(50)`."""
        if self.aspect == EXISTENCE:
            state = "missing" if self.actual == MISSING else "not expected"
            return f"{self.kind} {self.subject} is {state}"
        expected, actual = self.expected or "(none)", self.actual or "(none)"
        return f"{self.kind} {self.subject}: {self.aspect} is {actual}, expected {expected}"
