"""The same connection string for psycopg2, psycopg and asyncpg, which do not take the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from verification.dsn import Dsn

if TYPE_CHECKING:
    import ssl

LIBPQ = ("psycopg2", "psycopg")
ASYNCPG = "asyncpg"
PROMISES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

# What asyncpg.connect() and SQLAlchemy's dialect for it take as text from a URL.
ASYNCPG_TEXT = frozenset(
    {
        "ssl",
        "passfile",
        "service",
        "servicefile",
        "target_session_attrs",
        "krbsrvname",
        "gsslib",
        "prepared_statement_cache_size",
    }
)


@dataclass(frozen=True, slots=True)
class Converted:
    """What to give SQLAlchemy: a URL, and what only `connect_args` can say."""

    dsn: Dsn
    connect_args: Mapping[str, Any] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    """Parameters that this driver has no word for."""


def converted(dsn: Dsn, driver: str) -> Converted:
    """The connection string for a driver. Raises ValueError for one it does not know."""
    plain = replace(dsn, scheme="postgresql", driver=driver)
    came_from = ASYNCPG if dsn.driver == ASYNCPG or "ssl" in dsn.parameters else "libpq"
    if driver == ASYNCPG:
        return _to_asyncpg(plain) if came_from == "libpq" else Converted(plain)
    if driver in LIBPQ:
        return _to_libpq(plain) if came_from == ASYNCPG else Converted(plain)
    raise ValueError(f"no driver {driver!r}: psycopg2, psycopg or asyncpg")


def _to_asyncpg(dsn: Dsn) -> Converted:
    given = dict(dsn.parameters)
    arguments: dict[str, Any] = {}
    settings: dict[str, str] = {}
    mode = given.pop("sslmode", "")
    bound = given.pop("channel_binding", "") == "require"
    lost = ["channel_binding"] if bound else []
    root = given.pop("sslrootcert", "")
    certificate, key = given.pop("sslcert", ""), given.pop("sslkey", "")
    if mode in {"verify-full", "verify-ca"} or bound:
        # asyncpg knows no channel binding; a verified certificate keeps the same stranger out.
        arguments["ssl"] = _context(mode, root, certificate, key)
    elif mode:
        arguments["ssl"] = mode
    if given.pop("sslnegotiation", "") == "direct":
        arguments["direct_tls"] = True
    if timeout := given.pop("connect_timeout", ""):
        arguments["timeout"] = float(timeout)
    for name in ("application_name", "options"):
        if value := given.pop(name, ""):
            settings[name] = value
    if settings:
        arguments["server_settings"] = settings
    lost += [name for name in given if name not in ASYNCPG_TEXT]
    kept = {name: value for name, value in given.items() if name in ASYNCPG_TEXT}
    return Converted(replace(dsn, parameters=kept), arguments, tuple(lost))


def _context(mode: str, root: str, certificate: str, key: str) -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - 10 ms that only asyncpg needs

    own = root if root and root != "system" else None
    context = ssl.create_default_context(cafile=own)
    context.check_hostname = mode != "verify-ca"
    if certificate:
        context.load_cert_chain(certificate, key or None)
    return context


def _to_libpq(dsn: Dsn) -> Converted:
    given = dict(dsn.parameters)
    parameters: dict[str, str] = {}
    lost: list[str] = []
    for name, value in given.items():
        if name == "ssl":
            # asyncpg takes a mode, or a word for yes or no.
            mode = value if value in PROMISES else "require" if value.lower() == "true" else ""
            parameters |= {"sslmode": mode} if mode else {}
        elif name == "timeout":
            parameters["connect_timeout"] = str(max(2, round(float(value))))
        elif name in {"passfile", "service", "target_session_attrs", "krbsrvname", "gsslib"}:
            parameters[name] = value
        else:
            lost.append(name)
    return Converted(replace(dsn, parameters=parameters), {}, tuple(lost))
