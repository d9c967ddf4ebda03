"""Facts about the server and the role, which no comparison looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Setting:
    """One configuration parameter as it is in force for this connection."""

    value: str  # in the unit that SHOW would use, as in "30s"
    context: str  # who may change it: "internal", "postmaster", "sighup", "superuser", "user", ...
    source: str  # where the value comes from: "default", "configuration file", "database", ...


@dataclass(frozen=True, slots=True)
class Server:
    """What the server and this database are."""

    version_num: int
    version: str
    database: str
    owner: str
    encoding: str
    collation: str
    ctype: str
    collation_provider: str  # "libc", "icu", "builtin"
    collation_version: str  # recorded when the database was made; empty where there is none
    collation_actual_version: str
    in_recovery: bool
    settings: Mapping[str, Setting] = field(default_factory=dict)
    # ALTER DATABASE/ROLE ... SET: (database or "", role or "", "name=value")
    stored_settings: tuple[tuple[str, str, str], ...] = ()

    @property
    def major(self) -> int:
        """As in 17."""
        return self.version_num // 10000

    def setting(self, name: str) -> str | None:
        """The value in force, None where the server knows no such setting."""
        found = self.settings.get(name)
        return found.value if found else None


@dataclass(frozen=True, slots=True)
class Role:
    """What the connection's current role may do."""

    name: str
    session: str
    superuser: bool
    createrole: bool
    createdb: bool
    bypassrls: bool
    replication: bool
    inherit: bool
    memberships: tuple[str, ...] = ()  # every role it is directly or indirectly a member of


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part that this role may not read: what, and the privilege that is missing."""

    part: str
    privilege: str
