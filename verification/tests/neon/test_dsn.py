from dataclasses import replace

import pytest

from verification.dsn import Dsn
from verification.neon.dsn import (
    Endpoint,
    direct,
    endpoint,
    is_neon,
    is_pooled,
    named_endpoint,
    pooled,
)

DIRECT = "ep-cool-rain-a1b2c3d4.us-east-2.aws.neon.tech"
POOLED = "ep-cool-rain-a1b2c3d4-pooler.us-east-2.aws.neon.tech"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (DIRECT, Endpoint("ep-cool-rain-a1b2c3d4", False, "us-east-2", "aws")),
        (POOLED, Endpoint("ep-cool-rain-a1b2c3d4", True, "us-east-2", "aws")),
        (POOLED.upper(), Endpoint("ep-cool-rain-a1b2c3d4", True, "us-east-2", "aws")),
        (
            "ep-old-123456-pooler.c-2.eu-central-1.aws.neon.tech",
            Endpoint("ep-old-123456", True, "c-2.eu-central-1", "aws"),
        ),
        (
            "ep-a-1.westus3.azure.neon.tech",
            Endpoint("ep-a-1", False, "westus3", "azure"),
        ),
        (
            "br-late-hill-12345678.us-east-2.aws.neon.tech",
            Endpoint("br-late-hill-12345678", False, "us-east-2", "aws"),
        ),
        ("ep-a-1.us-east-2.aws.neon.tech.evil.example", None),
        ("xep-a-1.us-east-2.aws.neon.tech", None),
        ("console.neon.tech", None),
        ("my-pooler.example", None),
        ("", None),
    ],
)
def test_a_host_names_an_endpoint(host: str, expected: Endpoint | None) -> None:
    dsn = Dsn(host=host)
    assert endpoint(dsn) == expected
    assert is_neon(dsn) is (expected is not None)


def test_pooled_and_direct_differ_by_the_host_alone() -> None:
    dsn = Dsn(POOLED, 5432, "u", "p", "app", parameters={"sslmode": "require"})
    assert is_pooled(dsn)
    assert direct(dsn) == replace(dsn, host=DIRECT)
    assert pooled(direct(dsn)) == dsn
    assert pooled(dsn) == dsn
    plain = Dsn("db.example")
    assert direct(plain) is pooled(plain) is plain


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        (Dsn("aws-0-eu.pooler.supabase.com", 6543), True),
        (Dsn("aws-0-eu.pooler.supabase.com", 5432), False),  # one server connection per client
        (Dsn("db.example", parameters={"pgbouncer": "true"}), True),
        (Dsn("db.example", parameters={"pgbouncer": "false"}), False),
        (Dsn("db.example", 6543), False),
        (Dsn("db-pooler.example"), False),
    ],
)
def test_other_poolers(dsn: Dsn, expected: bool) -> None:
    assert is_pooled(dsn) is expected


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        (Dsn("h", parameters={"options": "endpoint=ep-a-1"}), "ep-a-1"),
        (Dsn("h", parameters={"options": "-c geqo=off project=ep-a-1"}), "ep-a-1"),
        (Dsn("h", password="endpoint=ep-a-1;npg_x"), "ep-a-1"),
        (Dsn("h", password="endpoint=ep-a-1$npg_x"), "ep-a-1"),
        (Dsn("h", parameters={"options": "-c my.endpoint=ep-a-1"}), ""),
        (Dsn("h", password="npg_endpoint=ep-a-1"), ""),
    ],
)
def test_the_endpoint_may_be_named_elsewhere(dsn: Dsn, expected: str) -> None:
    assert named_endpoint(dsn) == expected
