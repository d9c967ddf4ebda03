"""A certificate that ends soon."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from verification.check import check
from verification.config import Config
from verification.connect.certificate import Certificate, read_pem
from verification.connect.handshake import Handshake
from verification.dsn import Dsn
from verification.finding import Finding, NotApplicable, Severity

SOON = timedelta(days=14)
SHARE = 5  # a certificate that lives for days is renewed days before its end


@check(Severity.WARNING)
def expiring_certificate(dsn: Dsn, config: Config, handshake: Handshake) -> Iterator[Finding]:
    """A certificate on the way to the database has expired, or is about to.

    From that day on every connection that verifies the server fails, all at once. Looked at are
    the certificates the server sends and the files that the URL names: authorities
    (`sslrootcert`) and the client's own (`sslcert`). Soon means within 14 days, or within the last
    fifth of a short life.

    ```env bad
    DATABASE_URL=$SERVER?sslmode=require&sslrootcert=old.pem
    ```

    ```pem bad old.pem
    -----BEGIN CERTIFICATE-----
    MIIBCTCBsAIBATAKBggqhkjOPQQDAjARMQ8wDQYDVQQDDAZPbGQgQ0EwHhcNMTkw
    MTAxMDAwMDAwWhcNMjAwMTAxMDAwMDAwWjARMQ8wDQYDVQQDDAZPbGQgQ0EwWTAT
    BgcqhkjOPQIBBggqhkjOPQMBBwNCAASu5iNz8lsYSmQtjsiXBtzvwqZLRbP9YOA7
    QDit9j6i0v+2SYoTS31EDkN2tUmEhCCAO4PdKyFaCWTswMRDle6lMAoGCCqGSM49
    BAMCA0gAMEUCIQDecaCETDkI/0KEe+6ZJdgKKEmV7LTNvKYNS1Tp8mQWwwIgPv3Y
    1mYx5u/0y1RPNu6/P+3GSYpgdwMVMQyDaksGyzA=
    -----END CERTIFICATE-----
    ```

    ```env good
    DATABASE_URL=$SERVER?sslmode=require&sslrootcert=new.pem
    ```

    ```pem good new.pem
    -----BEGIN CERTIFICATE-----
    MIIBCjCBsgIBAjAKBggqhkjOPQQDAjARMQ8wDQYDVQQDDAZPbGQgQ0EwIBcNMTkw
    MTAxMDAwMDAwWhgPOTk5OTEyMzEyMzU5NTlaMBExDzANBgNVBAMMBk9sZCBDQTBZ
    MBMGByqGSM49AgEGCCqGSM49AwEHA0IABK7mI3PyWxhKZC2OyJcG3O/CpktFs/1g
    4DtAOK32PqLS/7ZJihNLfUQOQ3a1SYSEIIA7g90rIVoJZOzAxEOV7qUwCgYIKoZI
    zj0EAwIDRwAwRAIgMIwxAe28KesAdN3raVrmGRW0C44Y7Z4DqxzcoXmpYvwCIEis
    FshF8Y9oGg6rrVDaB6qYiWk5Lg/tseXgoaFda6s6
    -----END CERTIFICATE-----
    ```
    """
    named = _named(dsn, config.root)
    if not handshake.chain and not named:
        raise NotApplicable("there is no certificate on the way to the database")
    now = datetime.now(UTC)
    for place, certificate in [*((dsn.host, c) for c in handshake.chain), *named]:
        left = certificate.until - now
        if left <= timedelta(0):
            yield Finding(
                place,
                f"the certificate of {certificate.subject} expired on {certificate.until:%Y-%m-%d}",
                "renew it; until then no connection that verifies it succeeds",
            )
        elif left < min(SOON, (certificate.until - certificate.since) / SHARE):
            yield Finding(
                place,
                f"the certificate of {certificate.subject} expires in {left.days} days,"
                f" on {certificate.until:%Y-%m-%d}",
                "renew it now, and see why nothing does by itself",
            )


def _named(dsn: Dsn, root: Path) -> Sequence[tuple[str, Certificate]]:
    """The certificate that decides, of each file in the URL: of many authorities the last to go."""
    found = []
    for parameter, decides in (("sslrootcert", max), ("sslcert", min)):
        path = root / Path(dsn.parameters.get(parameter, "")).expanduser()
        if not path.is_file():
            continue
        try:
            certificates = read_pem(path.read_bytes())
        except (OSError, ValueError):
            continue  # what cannot be read cannot be connected with, which is told elsewhere
        if certificates:
            found.append((parameter, decides(certificates, key=lambda each: each.until)))
    return found
