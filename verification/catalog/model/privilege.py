"""Who may do what with an object."""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC = "PUBLIC"


@dataclass(frozen=True, slots=True, order=True)
class Privilege:
    """What one role (or PUBLIC) may do with an object, in PostgreSQL's own words.

    A privilege that may be passed on ends in `WITH GRANT OPTION`. The owner is listed only where
    it does not have everything that an owner has by default.
    """

    grantee: str
    granted: tuple[str, ...]

    def __str__(self) -> str:
        """As in `reporting: SELECT, UPDATE`."""
        return f"{self.grantee}: {', '.join(self.granted) or 'nothing'}"
