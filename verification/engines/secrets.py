"""What a real password or API key looks like, and what only stands in for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote

from verification.connect.protection import crosses_a_network
from verification.dsn import Dsn

_URL = re.compile(
    r"\bpostgres(?:ql)?(?:\+\w+)?://(?P<user>[^\s:/@'\"`]*):(?P<password>[^\s@'\"`]+)"
    r"@(?P<host>[^\s/:?'\"`,)>\]]+)"
)
_KEYS = (
    ("a Neon API key", re.compile(r"\bnapi_[A-Za-z0-9]{32,}")),
    ("a Neon password", re.compile(r"\bnpg_[A-Za-z0-9]{12,16}\b")),
)
# DB_PASSWORD = "...", postgres_password: str = Field("..."), getenv("PG_PASSWORD", "...")
_LITERAL = re.compile(
    r"(?:db|database|postgres|pg|sql)\w*?(?:password|passwd|pwd)[\"']?\s*(?::[^=\"']*)?[=,]\s*"
    r"(?:\w+\(\s*(?:default\s*=\s*)?)?[\"'](?P<literal>[^\"'\s]{8,})[\"']",
    re.IGNORECASE,
)
# Names that the standards keep free for examples, and what documentation says instead of a name.
_EXAMPLES = re.compile(
    r"(^|\.)(example|invalid|test|localhost|local|internal)(\.(com|org|net))?$"
    r"|^(your|my|some|the)?[-_.]?(db[-_.]?)?(host|hostname|server|endpoint)\b|^ep-(x+|\.+)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[$<>{}*…\[\]()%]|\.\.\.|^(x+|\W+)$|^[A-Z_]+$"
    r"|pass(word|wd)?|secret|change|example|replace|dummy|token|your|postgres|user|redacted|hidden"
    r"|^AbC123dEf$",  # Neon's own documentation
    re.IGNORECASE,
)
SHORTEST = 6


def secrets(text: str) -> Iterator[str]:
    """What real secrets a line holds, by kind; never the secret itself."""
    for kind, pattern in _KEYS:
        if any(_random(found.group().split("_", 1)[1]) for found in pattern.finditer(text)):
            yield kind
    for found in _URL.finditer(text):
        if _real(found["password"], found["host"], found["user"]):
            yield "a connection string with a password"


def literals(text: str) -> Iterator[str]:
    """The same of a line of Python, where a setting of the database has a default."""
    for found in _LITERAL.finditer(text):
        literal = found["literal"]
        if "://" not in literal and not _PLACEHOLDER.search(literal) and _random(literal):
            yield "a password of the database"


def _real(password: str, host: str, user: str) -> bool:
    plain = unquote(password)
    if len(plain) < SHORTEST or plain == user or _PLACEHOLDER.search(plain):
        return False
    if re.search(r"[${<%*]", host) or _EXAMPLES.search(host):
        return False
    return crosses_a_network(Dsn(host))


def _random(text: str) -> bool:
    """Letters of both cases and digits, as a generator of passwords gives them; not abc123xyz."""
    kinds = (str.isdigit, str.islower, str.isupper)
    if not all(any(kind(letter) for letter in text) for kind in kinds):
        return False
    steps = [ord(b) - ord(a) for a, b in pairwise(text.lower())]
    return steps.count(1) <= len(text) / 3
