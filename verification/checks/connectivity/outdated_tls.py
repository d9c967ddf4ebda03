"""Encryption that has been broken."""

from collections.abc import Iterator

from verification.check import check
from verification.connect.answer import Answer
from verification.dsn import Dsn
from verification.finding import Finding, NotApplicable, Severity

OUTDATED = {"SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"}
LIMITS = ("ssl_min_protocol_version", "ssl_max_protocol_version")


@check(Severity.WARNING)
def outdated_tls(dsn: Dsn, answer: Answer) -> Iterator[Finding]:
    """The connection uses, or may fall back to, a version of TLS before 1.2.

    TLS 1.0 and 1.1 have known weaknesses and are forbidden since 2021 (RFC 8996); every server
    since PostgreSQL 12 speaks a newer one by itself.

    ```env bad
    DATABASE_URL=$SERVER?sslmode=require&ssl_min_protocol_version=TLSv1
    ```

    ```env good
    DATABASE_URL=$SERVER?sslmode=require
    ```
    """
    if answer.tls in OUTDATED:
        yield Finding(
            dsn.host,
            f"the connection is encrypted with {answer.tls}",
            "set ssl_min_protocol_version = 'TLSv1.2' on the server",
        )
    for limit in LIMITS:
        if dsn.parameters.get(limit) in OUTDATED:
            yield Finding(
                limit,
                f"{limit}={dsn.parameters[limit]} lets the connection fall back to broken TLS",
                f"remove {limit} from the URL",
            )
    if not answer.tls:
        raise NotApplicable("the connection is not encrypted")
