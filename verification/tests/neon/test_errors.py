import asyncio
from collections.abc import Callable

import psycopg
import psycopg2
import pytest

from verification.dsn import Dsn
from verification.neon.errors import Retry, classify
from verification.tests.neon.refusing import refusing

asyncpg = pytest.importorskip("asyncpg")

QUOTA = "Upgrade your plan to increase limits."
STARTUP = (
    "Please use unpooled connection or remove this parameter from the startup package. More "
    "details: https://neon.tech/docs/connect/connection-errors#unsupported-startup-parameter"
)
NEVER, SOON, BACKOFF = Retry
MESSAGES = [
    ("connection is insecure (try using `sslmode=require`)", "insecure", NEVER),
    (
        (
            "Endpoint ID is not specified. Either please upgrade the postgres client library "
            "(libpq) for SNI support or pass the endpoint ID (first part of the domain name) as a "
            "parameter: '?options=endpoint%3D<endpoint-id>'. See more at https://neon.tech/sni"
        ),
        "no-sni",
        NEVER,
    ),
    (
        (
            "The endpoint ID is not specified. Either upgrade the Postgres client library (libpq) "
            "for SNI support or pass the endpoint ID as a parameter"
        ),
        "no-sni",
        NEVER,
    ),
    (
        "Inconsistent project name inferred from SNI ('ep-a') and project option ('ep-b').",
        "sni-mismatch",
        NEVER,
    ),
    (
        "Project name ('a b') must contain only alphanumeric characters and hyphen.",
        "bad-endpoint-name",
        NEVER,
    ),
    ("password authentication failed for user 'alex'", "authentication", NEVER),
    (
        (
            "The requested endpoint could not be found, or you don't have access to it. Please "
            "check the provided ID and try again."
        ),
        "not-found",
        NEVER,
    ),
    (
        (
            "The requested branch could not be found, or you don't have access to it. Please check "
            "the provided ID and try again."
        ),
        "not-found",
        NEVER,
    ),
    (
        "The endpoint has been disabled. Enable it using Neon API and retry.",
        "endpoint-disabled",
        NEVER,
    ),
    (
        "The endpoint has been disabled. Enable it using the API and retry.",
        "endpoint-disabled",
        NEVER,
    ),
    (
        f"Your account or project has exceeded the compute time quota. {QUOTA}",
        "quota",
        NEVER,
    ),
    (f"Your project has exceeded the active time quota. {QUOTA}", "quota", NEVER),
    (f"Your project has exceeded the written data quota. {QUOTA}", "quota", NEVER),
    (f"Your project has exceeded the data transfer quota. {QUOTA}", "quota", NEVER),
    (f"Your project has exceeded the logical size quota. {QUOTA}", "quota", NEVER),
    ("You've exceeded the compute time for this branch. Wait.", "quota", NEVER),
    (
        (
            "You have exceeded the limit of concurrently active endpoints. Please suspend some "
            "endpoints and try again."
        ),
        "endpoint-limit",
        NEVER,
    ),
    ("active endpoints limit exceeded", "endpoint-limit", NEVER),
    (
        (
            "Your project already has running operations. Please wait until they complete, and "
            "then try again."
        ),
        "running-operations",
        SOON,
    ),
    (
        "You've exceeded the rate limit. Please wait a moment and try again.",
        "rate-limit",
        BACKOFF,
    ),
    (
        (
            "The role you're attempting to use is protected and cannot be used for password-based "
            "authentication. Choose another."
        ),
        "protected-role",
        NEVER,
    ),
    ("Control plane request failed", "control-plane", SOON),
    ("Control plane request failed: endpoint cannot be found", "not-found", NEVER),
    ("Control plane request failed: endpoint is disabled", "endpoint-disabled", NEVER),
    (
        (
            "Control plane request failed: endpoint is temporarily unavailable. Check your quotas "
            "and/or contact our support."
        ),
        "quota",
        NEVER,
    ),
    ("Couldn't connect to compute node", "compute-unavailable", SOON),
    (
        (
            "Failed to acquire permit to connect to the database. Too many database connection "
            "attempts are currently ongoing."
        ),
        "too-many-attempts",
        BACKOFF,
    ),
    ("Too many connections attempts", "too-many-attempts", BACKOFF),
    (
        "Too many connections to this endpoint. Please try again later.",
        "too-many-connections",
        BACKOFF,
    ),
    (
        (
            "This IP address 203.0.113.7 is not allowed to connect to this endpoint. Please add it "
            "to the allowed list in the Neon console. Check for IPv4 or IPv6 addresses."
        ),
        "address-not-allowed",
        NEVER,
    ),
    (
        "You are trying to connect to this endpoint from a blocked network.",
        "address-not-allowed",
        NEVER,
    ),
    (f"unsupported startup parameter: search_path. {STARTUP}", "startup-parameter", NEVER),
    (
        f"unsupported startup parameter in options: statement_timeout. {STARTUP}",
        "startup-parameter",
        NEVER,
    ),
    ("no more connections allowed (max_client_conn)", "too-many-connections", BACKOFF),
    ("query_wait_timeout", "pool-exhausted", BACKOFF),
    ("client_login_timeout (server down)", "pool-exhausted", BACKOFF),
    (
        "remaining connection slots are reserved for roles with the SUPERUSER attribute",
        "too-many-connections",
        BACKOFF,
    ),
    ("terminating connection due to administrator command", "suspended", SOON),
]


def by_psycopg2(dsn: Dsn) -> str:
    with pytest.raises(psycopg2.Error) as caught:
        psycopg2.connect(**dsn.libpq())
    return str(caught.value)


def by_psycopg(dsn: Dsn) -> str:
    with pytest.raises(psycopg.Error) as caught:
        psycopg.connect(**dsn.libpq())
    return str(caught.value)


def by_asyncpg(dsn: Dsn) -> str:
    async def connect() -> None:
        await asyncpg.connect(dsn.reveal(""), ssl=False)

    with pytest.raises(asyncpg.PostgresError) as caught:
        asyncio.run(connect())
    return str(caught.value)


@pytest.mark.parametrize("driver", [by_psycopg2, by_psycopg, by_asyncpg])
@pytest.mark.parametrize(("message", "kind", "retry"), MESSAGES)
def test_every_message_is_classified_as_each_driver_gives_it(
    message: str, kind: str, retry: Retry, driver: Callable[[Dsn], str]
) -> None:
    with refusing(message) as dsn:
        text = driver(dsn)
    diagnosis = classify(text)
    assert diagnosis is not None, text
    assert (diagnosis.kind, diagnosis.retry) == (kind, retry)
    assert diagnosis.advice
    assert diagnosis.retryable is (retry is not Retry.NEVER)


@pytest.mark.parametrize(
    "text",
    [
        'FATAL:  password authentication failed for user "alex"',
        'FATAL:  database "shop" does not exist',
        "could not translate host name",
        "connection refused",
        "",
    ],
)
def test_what_a_plain_server_says_is_not_neons(text: str) -> None:
    assert classify(text) is None
