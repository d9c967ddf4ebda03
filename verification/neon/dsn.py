"""Neon's connection strings: which endpoint, pooled or direct."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from verification.dsn import Dsn

# Source: Neon's documentation, connect/connect-from-any-app and reference/glossary; a host that
# begins with br- reads a branch as it was at an earlier time.
_HOST = re.compile(
    r"(?P<id>(?:ep|br)-[a-z0-9-]+?)(?P<pooler>-pooler)?"
    r"\.(?P<region>(?:c-\d+\.)?[a-z0-9-]+)\.(?P<cloud>aws|azure)\.neon\.tech"
)
_OPTION = re.compile(r"(?:^|\s)(?:endpoint|project)=(?P<id>[a-z0-9-]+)")
_IN_PASSWORD = re.compile(r"endpoint=(?P<id>[a-z0-9-]+)[;$]")
_SUPABASE, _SUPABASE_TRANSACTIONS = ".pooler.supabase.com", 6543


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What the host name of a Neon compute says."""

    id: str
    """As in `ep-cool-rain-12345678`, never with `-pooler`."""
    pooled: bool
    """Whether it is the transaction pooler in front of the compute."""
    region: str
    """With the cell where there is one, as in `c-2.us-east-2`."""
    cloud: str
    """`aws`, or the outgoing `azure`."""

    @property
    def direct_host(self) -> str:
        """The compute itself."""
        return f"{self.id}.{self.region}.{self.cloud}.neon.tech"

    @property
    def pooled_host(self) -> str:
        """The pooler in front of it."""
        return f"{self.id}-pooler.{self.region}.{self.cloud}.neon.tech"


def endpoint(dsn: Dsn) -> Endpoint | None:
    """The Neon endpoint that the host names, None where it is not Neon's."""
    found = _HOST.fullmatch(dsn.host.lower().rstrip("."))
    if found is None:
        return None
    return Endpoint(found["id"], bool(found["pooler"]), found["region"], found["cloud"])


def is_neon(dsn: Dsn) -> bool:
    """Whether the host is a Neon endpoint."""
    return endpoint(dsn) is not None


def is_pooled(dsn: Dsn) -> bool:
    """Whether the URL names a transaction pooler: Neon's, Supabase's, or one it says to be."""
    at = endpoint(dsn)
    if at is not None:
        return at.pooled
    shared = dsn.host.lower().endswith(_SUPABASE) and dsn.port == _SUPABASE_TRANSACTIONS
    return shared or dsn.parameters.get("pgbouncer", "").lower() == "true"


def direct(dsn: Dsn) -> Dsn:
    """The same over the compute itself, as migrations need it; unchanged where it is not Neon."""
    at = endpoint(dsn)
    return replace(dsn, host=at.direct_host) if at else dsn


def pooled(dsn: Dsn) -> Dsn:
    """The same through the pooler, as a service wants it; unchanged where it is not Neon."""
    at = endpoint(dsn)
    return replace(dsn, host=at.pooled_host) if at else dsn


def named_endpoint(dsn: Dsn) -> str:
    """The endpoint that the options or the password name for clients without SNI, or nothing."""
    found = _OPTION.search(dsn.parameters.get("options", "")) or _IN_PASSWORD.match(dsn.password)
    return found["id"] if found else ""
