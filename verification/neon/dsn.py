"""Neon's connection strings: which endpoint, pooled or direct."""

from __future__ import annotations

import re

from verification.dsn import Dsn

# Source: Neon's documentation, connect/connect-from-any-app and reference/glossary.
_HOST = re.compile(
    r"(?P<endpoint>ep-[a-z0-9-]+?)(?P<pooler>-pooler)?"
    r"\.(?P<region>(?:c-\d+\.)?[a-z0-9-]+)\.(?P<cloud>aws|azure)\.neon\.tech"
)


def is_neon(dsn: Dsn) -> bool:
    """Whether the host is a Neon endpoint."""
    return _HOST.fullmatch(dsn.host) is not None


def is_pooled(dsn: Dsn) -> bool:
    """Whether the host is Neon's transaction pooler."""
    match = _HOST.fullmatch(dsn.host)
    return bool(match and match["pooler"])
