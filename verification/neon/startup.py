"""Which start-up parameters get through to a Neon compute, and which a pooler refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Source: the proxy's own code (compute/mod.rs, set_startup_params); the rest is dropped silently.
PASSED_ON = {"user", "database", "application_name", "replication", "options"}
# What drivers send by themselves, and nobody misses.
HARMLESS = {"client_encoding", "datestyle", "timezone", "extra_float_digits"}
_FOR_NEON = re.compile(r"(?:endpoint|project|neon_\w+)[=:]\S*")
_SETTING = re.compile(r"(?:-c\s*|--)([\w.-]+)\s*=")


def options(text: str) -> Sequence[str]:
    """The settings in an `options` parameter, without what is meant for Neon's proxy."""
    rest = _FOR_NEON.sub("", text).strip()
    return _SETTING.findall(rest) or ([rest] if rest else [])


def dropped(names: Iterable[str]) -> Sequence[str]:
    """Start-up parameters that Neon's proxy drops without a word."""
    return [name for name in names if name.lower() not in PASSED_ON | HARMLESS]
