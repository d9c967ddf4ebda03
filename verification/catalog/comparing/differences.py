"""One aspect of one object that two catalogs disagree about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EXISTENCE = "existence"
NAME = "name"
ORDER = "column_order"
PRESENT = "present"
MISSING = "missing"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """What was expected of an object in one aspect, and what there is."""

    subject: str  # "public.hero.name"
    kind: str  # "column"
    aspect: str  # "type", a field of the value; "existence" where one side has no such object
    expected: str  # "character varying(50)"
    actual: str  # "text"

    def __str__(self) -> str:
        """As in `column public.hero.name: type is text, expected character varying(50)`."""
        if self.aspect == EXISTENCE:
            state = "missing" if self.actual == MISSING else "not expected"
            return f"{self.kind} {self.subject} is {state}"
        aspect = self.aspect.replace("_", " ")
        expected, actual = self.expected or "(none)", self.actual or "(none)"
        return f"{self.kind} {self.subject}: {aspect} is {actual}, expected {expected}"


def shown(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        separator = "; " if any("," in str(each) for each in value) else ", "
        return separator.join(str(each) if each != "" else "(expression)" for each in value)
    return str(value)
