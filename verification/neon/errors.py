"""What Neon says when a connection fails, and what to do about it.

Neon's proxy gives nearly every error as XX000, and libpq gives no SQLSTATE at all for a connection
that was never made, so the text is all there is to go by.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Retry(StrEnum):
    """Whether the same connection may succeed if it is tried again."""

    NEVER = "permanent"
    SOON = "retryable"
    BACKOFF = "retryable with backoff"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a message means."""

    kind: str
    """As in `endpoint-disabled`: stable, for a program."""
    retry: Retry
    advice: str
    """What to do, for a person."""

    @property
    def retryable(self) -> bool:
        """Whether waiting can help."""
        return self.retry is not Retry.NEVER


def classify(text: str) -> Diagnosis | None:
    """The diagnosis of an error message, however a driver wrapped it; None if it is not Neon's."""
    flat = " ".join(text.split()).lower().replace("`", "'")
    found = (diagnosis for signs, diagnosis in CATALOGUE if any(sign in flat for sign in signs))
    return next(found, None)


def _permanent(kind: str, advice: str, *signs: str) -> tuple[tuple[str, ...], Diagnosis]:
    return signs, Diagnosis(kind, Retry.NEVER, advice)


def _soon(kind: str, advice: str, *signs: str) -> tuple[tuple[str, ...], Diagnosis]:
    return signs, Diagnosis(kind, Retry.SOON, advice)


def _backoff(kind: str, advice: str, *signs: str) -> tuple[tuple[str, ...], Diagnosis]:
    return signs, Diagnosis(kind, Retry.BACKOFF, advice)


# Lower case, without line breaks, ` as '; the first that fits counts, so the special stand before
# the general. Sources: the proxy's own code, Neon's documentation (connect/connection-errors),
# PgBouncer's and PostgreSQL's sources.
CATALOGUE = (
    _permanent("insecure", "add sslmode=verify-full (or require)", "connection is insecure"),
    _permanent(
        "no-sni",
        "use libpq 14 or newer without sslsni=0, or add options=endpoint%3D<endpoint id>",
        "ndpoint id is not specified",
    ),
    _permanent(
        "sni-mismatch",
        "let the host and the endpoint in options name the same endpoint, -pooler included",
        "inconsistent project name inferred from sni",
    ),
    _permanent(
        "bad-endpoint-name",
        "write the endpoint id as the console shows it",
        "must contain only alphanumeric characters and hyphen",
    ),
    _permanent(
        "protected-role",
        "connect as another role",
        "role you're attempting to use is protected",
    ),
    _permanent(
        "not-found",
        "see in the console whether the branch still exists and which endpoint serves it",
        "could not be found, or you don't have access to it",
        "endpoint cannot be found",
    ),
    _permanent(
        "endpoint-disabled",
        "enable the endpoint by Neon's API",
        "endpoint has been disabled",
        "endpoint is disabled",
    ),
    _permanent(
        "quota",
        "raise the plan's limit, or wait for the next billing period",
        "exceeded the compute time",
        "your project has exceeded the",
        "endpoint is temporarily unavailable. check your quotas",
    ),
    _permanent(
        "endpoint-limit",
        "suspend or delete computes that nobody needs",
        "exceeded the limit of concurrently active endpoints",
        "active endpoints limit exceeded",
    ),
    _permanent(
        "address-not-allowed",
        "add this machine's address to the project's allowed list",
        "is not allowed to connect to this endpoint",
        "from a blocked network",
    ),
    _permanent(
        "startup-parameter",
        "use the direct host, or ALTER ROLE ... SET instead of the parameter",
        "unsupported startup parameter",
    ),
    _soon("running-operations", "wait a moment", "already has running operations"),
    _backoff("rate-limit", "wait longer between attempts", "exceeded the rate limit"),
    _backoff(
        "too-many-attempts",
        "wait longer between attempts, and let fewer processes connect at once",
        "failed to acquire permit to connect",
        "too many database connection attempts",
        "too many connections attempts",
    ),
    _backoff(
        "too-many-connections",
        "hold fewer connections, or use the pooled host",
        "too many connections to this endpoint",
        "no more connections allowed",
        "remaining connection slots are reserved",
        "sorry, too many clients already",
    ),
    _backoff(
        "pool-exhausted",
        "shorten transactions: every server connection of the pool is in use",
        "query_wait_timeout",
        "client_login_timeout",
        "server_login_retry",
        "server login has been failing",
    ),
    _soon("control-plane", "try again; see Neon's status page", "control plane request failed"),
    _soon("compute-unavailable", "try again", "couldn't connect to compute node"),
    _soon(
        "suspended",
        "connect again: the compute was suspended or restarted",
        "terminating connection due to administrator command",
        "the database system is shutting down",
        "the database system is starting up",
    ),
    # A role that does not exist gets this answer too. PostgreSQL itself uses double quotes.
    _permanent(
        "authentication",
        "check the password, and that the role exists on this branch",
        "password authentication failed for user '",
    ),
)
