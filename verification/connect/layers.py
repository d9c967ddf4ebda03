"""Which layer of a connection failed, whether waiting helps, and where to look."""

from __future__ import annotations

from dataclasses import dataclass

from verification.neon.errors import Retry, classify


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a connection was not made."""

    layer: str
    """`DNS`, `TCP`, `socket`, `TLS`, `SNI`, `authentication`, `role`, `database`, ..."""
    retry: Retry
    text: str
    """What was said, on one line."""
    advice: str

    def __str__(self) -> str:
        """As in `TCP (retryable): Connection refused`."""
        return f"{self.layer} ({self.retry}): {self.text}"


def failure(text: str) -> Failure:
    """Classify what libpq, PostgreSQL, a pooler or Neon says of a failed connection."""
    flat = " ".join(text.split())
    if diagnosis := classify(flat):
        layer = _OF_NEON.get(diagnosis.kind, f"Neon, {diagnosis.kind}")
        return Failure(layer, diagnosis.retry, flat, diagnosis.advice)
    lower = flat.lower()
    for layer, retry, advice, signs in _LAYERS:
        if any(sign in lower for sign in signs):
            return Failure(layer, retry, flat, advice)
    return Failure("connection", Retry.SOON, flat, "see the message")


_OF_NEON = {
    "insecure": "TLS",
    "no-sni": "SNI",
    "sni-mismatch": "SNI",
    "bad-endpoint-name": "SNI",
    "authentication": "authentication",
    "protected-role": "role",
    "startup-parameter": "pooler",
    "too-many-connections": "capacity",
    "too-many-attempts": "capacity",
    "pool-exhausted": "pooler",
    "suspended": "server",
}

# Latest layer first: where libpq tried two addresses, the attempt that got further says more.
_LAYERS = (
    (
        "server",
        Retry.SOON,
        "wait until it has started",
        ("the database system is", "not yet accepting connections", "recovery"),
    ),
    (
        "capacity",
        Retry.BACKOFF,
        "see who holds the connections: SELECT * FROM pg_stat_activity",
        ("too many connections", "too many clients", "remaining connection slots"),
    ),
    (
        "authentication",
        Retry.NEVER,
        "check user, password and the server's pg_hba.conf",
        (
            "authentication failed",
            "no password supplied",
            "pg_hba.conf",
            "authentication method",
            "no such user",  # PgBouncer
            "password authentication",
        ),
    ),
    (
        "database",
        Retry.NEVER,
        "check the database's name, and that the role may CONNECT to it",
        (
            'database "',
            "no such database",  # PgBouncer
        ),
    ),
    ("role", Retry.NEVER, "check the user's name", ('role "', "not permitted to log in")),
    ("URL", Retry.NEVER, "remove the parameter", ("invalid connection option", "invalid dsn")),
    (
        "URL",
        Retry.NEVER,
        "correct the parameter",
        ("invalid sslmode value", "weak sslmode", "invalid integer value", "invalid port number"),
    ),
    (
        "TLS",
        Retry.NEVER,
        "check sslmode and sslrootcert: does the server offer TLS, with a certificate you trust?",
        (
            "certificate verify failed",
            "certificate",
            "does not support ssl",
            "channel binding",
            "does not match host name",
            "ssl error",
            "tlsv1 alert",
            "no protocols available",
        ),
    ),
    (
        "startup",
        Retry.NEVER,
        "remove the parameter from the URL's options, or give it a value the server knows",
        ("unrecognized configuration parameter", "invalid value for parameter"),
    ),
    (
        "DNS",
        Retry.SOON,
        "check the host's name, and that this machine can resolve it",
        ("could not translate host name", "name or service not known", "name resolution"),
    ),
    (
        "socket",
        Retry.SOON,
        "check that the server runs on this machine, and where its socket lies",
        ("no such file or directory", "unix domain socket"),
    ),
    (
        "TCP",
        Retry.SOON,
        "check that the server runs, and that host and port are right",
        (
            "connection refused",
            "timeout expired",
            "timed out",
            "no route to host",
            "network is unreachable",
            "cannot assign requested address",
        ),
    ),
    (
        "server",
        Retry.SOON,
        "see the server's log: is it PostgreSQL that listens there, and does it start?",
        ("server closed the connection", "connection reset", "eof detected", "broken pipe"),
    ),
)
