"""The same connection string for psycopg2, psycopg and asyncpg, which do not take the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from verification.dsn import Dsn, libpq_words

if TYPE_CHECKING:
    import ssl

LIBPQ = ("psycopg2", "psycopg")
ASYNCPG = "asyncpg"

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
    own = dsn.driver == ASYNCPG or "ssl" in dsn.parameters
    if driver == ASYNCPG:
        return Converted(plain) if own else _to_asyncpg(plain)
    if driver in LIBPQ:
        return _to_libpq(plain)
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
    words = libpq_words(dsn.parameters)
    lost = (name for name in dsn.parameters if name not in {*words, "ssl", "timeout"})
    return Converted(replace(dsn, parameters=words), {}, tuple(lost))


# What libpq 18 reads; older ones know fewer words, and say so themselves.
LIBPQ_WORDS = frozenset(
    {
        "service",
        "user",
        "password",
        "passfile",
        "channel_binding",
        "connect_timeout",
        "dbname",
        "host",
        "hostaddr",
        "port",
        "client_encoding",
        "options",
        "application_name",
        "fallback_application_name",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "sslmode",
        "sslnegotiation",
        "sslcompression",
        "sslcert",
        "sslkey",
        "sslcertmode",
        "sslpassword",
        "sslrootcert",
        "sslcrl",
        "sslcrldir",
        "sslsni",
        "requirepeer",
        "require_auth",
        "min_protocol_version",
        "max_protocol_version",
        "ssl_min_protocol_version",
        "ssl_max_protocol_version",
        "gssencmode",
        "krbsrvname",
        "gsslib",
        "gssdelegation",
        "replication",
        "target_session_attrs",
        "load_balance_hosts",
        "scram_client_key",
        "scram_server_key",
        "oauth_issuer",
        "oauth_client_id",
        "oauth_client_secret",
        "oauth_scope",
        "sslkeylogfile",
        "servicefile",
    }
)  # fmt: skip - one name a line would hide the short story
# The words of the drivers themselves, and of SQLAlchemy's dialects for them.
DRIVER_WORDS = {
    "psycopg2": LIBPQ_WORDS | {"dsn", "database", "connection_factory", "cursor_factory", "async"},
    "psycopg": LIBPQ_WORDS
    | {"conninfo", "autocommit", "prepare_threshold", "context", "row_factory", "cursor_factory"},
    "asyncpg": ASYNCPG_TEXT
    | {
        *("dsn", "host", "port", "user", "password", "database", "loop", "timeout"),
        *("statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size"),
        *("command_timeout", "direct_tls", "connection_class", "record_class", "server_settings"),
        *("prepared_statement_name_func", "async_creator_fn", "async_fallback"),
    },
}


def refused(driver: str, words: Iterable[str]) -> Sequence[str]:
    """Those of the connection arguments that the driver has no word for; none of one unknown."""
    known = DRIVER_WORDS.get(driver)
    return [] if known is None else [word for word in words if word not in known]
