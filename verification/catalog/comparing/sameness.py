"""When two values of an aspect are the same although they are not equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from verification.catalog.comparing.platform import ROLES
from verification.catalog.comparing.texts import same_text
from verification.catalog.comparing.wording import same_meaning, same_value
from verification.catalog.model import Catalog, Privilege

TEXTS = frozenset(
    {
        "definition",
        "default",
        "generated",
        "predicate",
        "expressions",
        "using",
        "check",
        "partition_key",
        "partition_bound",
        "arguments",
        "returns",
    }
)


class Thing(Protocol):
    """What two values are an aspect of."""

    @property
    def kind(self) -> str:
        """As in `column`."""

    @property
    def subject(self) -> str:
        """As in `public.hero.name`."""

    @property
    def expected(self) -> Any:
        """The one side."""

    @property
    def actual(self) -> Any:
        """The other side."""


def prevailing_owner(catalog: Catalog) -> str:
    """The role that owns most of the tables, or else most of anything, or else the database."""
    owners = Counter(table.owner for table in catalog.tables) or Counter(
        owner for thing in catalog.things() if (owner := getattr(thing, "owner", ""))
    )
    if owners:
        # Of several, the owner of the first object: names differ from one database to the other.
        return max(owners, key=lambda owner: owners[owner])
    return catalog.server.owner if catalog.server else ""


@dataclass(frozen=True, slots=True)
class Sameness:
    """What sets two databases apart without being a difference: owners' names, majors."""

    expected_owner: str = ""
    actual_owner: str = ""
    expected_major: int = 0
    actual_major: int = 0
    worded: bool = False
    """Whether different people wrote the two, each in other words."""

    @classmethod
    def between(
        cls, expected: Catalog, actual: Catalog, *, exact_owners: bool, worded: bool = False
    ) -> Sameness:
        """What sets these two apart."""
        mine, yours = (each.server.major if each.server else 0 for each in (expected, actual))
        if exact_owners:
            return cls("", "", mine, yours, worded)
        owners = prevailing_owner(expected), prevailing_owner(actual)
        return cls(*owners, mine, yours, worded)

    def role(self, name: str) -> str:
        """The role of the expected side under the name that it has on the actual one."""
        if name and name == self.expected_owner:
            return self.actual_owner
        return name

    def straddles(self, major: int) -> bool:
        """Whether one side is older than this major and the other is not."""
        if not self.expected_major or not self.actual_major:
            return False
        return (self.expected_major < major) != (self.actual_major < major)

    def __call__(self, pair: Thing, aspect: str, expected: Any, actual: Any) -> bool:
        """Whether two unequal values of an aspect mean the same."""
        other_major = self.expected_major != self.actual_major
        match aspect:
            case "owner" | "privileges" if (pair.kind, pair.subject) == ("schema", "public"):
                # PostgreSQL 15 gave the schema public another owner, and took CREATE from PUBLIC.
                same = self.straddles(15)
            case "owner":
                same = self.role(expected) == actual
            case "privileges":
                mine = [replace(each, grantee=self.role(each.grantee)) for each in expected]
                same = self._granted(mine, pair) == self._granted(actual, pair)
            case "roles":
                same = {self.role(role) for role in expected} == set(actual)
            case "not_null":
                same = self.straddles(18)
            case "version":
                same = other_major
            case _:
                same = other_major and aspect in TEXTS and same_text(expected, actual)
                same = same or (self.worded and _means(aspect, expected, actual))
        return same

    def _granted(self, listed: Iterable[Privilege], pair: Thing) -> set[tuple[str, str]]:
        # What was granted to a role is no longer listed once it is the owner.
        owners = {getattr(side, "owner", "") for side in (pair.expected, pair.actual)}
        hidden_roles = {*owners, *map(self.role, owners)} if len(owners) > 1 else set()
        hidden_roles |= ROLES - {self.actual_owner}
        # PostgreSQL 17 made MAINTAIN a privilege.
        hidden = "MAINTAIN" if self.straddles(17) else " "
        return {
            (each.grantee, word)
            for each in listed
            if each.grantee not in hidden_roles
            for word in each.granted or ("",)
            if not word.startswith(hidden)
        }


def _means(aspect: str, expected: Any, actual: Any) -> bool:
    if aspect == "default":
        return same_value(expected, actual)
    return aspect in TEXTS and same_meaning(expected, actual)
