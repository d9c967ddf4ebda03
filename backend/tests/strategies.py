"""What clients may send: the plausible, the hostile and the mixture."""

import math
from typing import Any
from urllib.parse import quote
from uuid import UUID

from hypothesis import strategies as st

HOSTILE: list[Any] = [
    *("\0", "a\0b", "\ud800", "\udfff\ud800", "", " ", "\u3000", "\u200b", "x" * 201, "x" * 10_001),
    *(math.nan, math.inf, -math.inf, 10**30, 2**31, 2**63, -1, 0, 1, 2, 1.0, 1e300, True, None),
    *("1_0", "+1", " 1", "1.0", "yes", "null", "9" * 5000, "2026-01-01", "0001-01-01T00:00+14:00"),
    *("Bob <b@example.org>", "A@B.CO", "a@[127.0.0.1]", "\u0130@example.org", "x" * 400 + "@b.org"),
    *("' OR 1=1 --", "%s", ":x", "{}", "$1", "\\", "../..", "[]", [], {}, [[]], {"a": {"b": []}}),
]

text = st.text(st.characters(), max_size=30) | st.text(st.characters(categories=["Cs", "Cc", "L"]))
scalars = st.none() | st.booleans() | st.integers() | st.floats() | text | st.sampled_from(HOSTILE)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=8
)
titles = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
emails = st.emails()


def bodies(users: list[str]) -> st.SearchStrategy[Any]:
    """A body: what the endpoints know, each field plausible or hostile; or anything."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "email": emails | anything,
        "title": titles | anything,
        "description": titles | anything,
        "is_completed": st.booleans() | anything,
        "user_id": st.sampled_from(users) | st.uuids().map(str) | anything,
        "id": st.uuids().map(str) | anything,
        "hashed_password": anything,
    }
    return st.fixed_dictionaries({}, optional=fields) | anything


def paths(keys: list[str]) -> st.SearchStrategy[str]:
    """A path: of an endpoint with a known, an unknown or an impossible id; or nothing at all."""
    pieces = text | st.sampled_from([str(value) for value in HOSTILE])
    key = st.sampled_from(keys) | st.uuids().map(str) | pieces.map(escaped)
    raw = st.sampled_from(["%00", "%ff", "%ED%A0%80", "..", "%2e%2e", str(UUID(int=0))])
    collection = st.sampled_from(["/api/v1/users", "/api/v1/tasks"])
    item = st.tuples(collection, key | raw).map("/".join)
    return collection | item | st.sampled_from(["/health/live", "/openapi.json", "/", "/api/v1"])


def queries() -> st.SearchStrategy[str]:
    """A query string: the known parameters, repeated, hostile and misspelt."""
    name = st.sampled_from(["limit", "offset", "user_id", "is_completed", "x", "limit[]"])
    value = st.integers(-3, 120).map(str) | scalars.map(lambda v: escaped(str(v)))
    raw = st.sampled_from(["%00", "%ff", "%ED%A0%80", "%", "true", str(2**63)])
    return st.lists(st.tuples(name, value | raw).map("=".join), max_size=3).map("&".join)


def escaped(value: str) -> str:
    """Percent-encoded, lone surrogates included."""
    return quote(value, safe="", errors="surrogatepass")
