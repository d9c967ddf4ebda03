"""A URL that cannot be read."""

from collections.abc import Iterator, Mapping

from verification.check import check
from verification.config import Config
from verification.dsn import Dsn, MalformedDsn
from verification.engines.settings import Observed
from verification.finding import Finding, Severity

DRIVERS = {"", "psycopg2", "psycopg", "psycopg_async", "asyncpg", "pg8000", "psycopg2cffi"}
# Parameters of other programs (Prisma, Supabase's dashboard) that no Python driver reads.
FOREIGN = {
    *("pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "schema"),
    *("sslaccept", "sslidentity", "workaround"),
}


@check(Severity.ERROR)
def malformed_url(
    config: Config, environment: Mapping[str, str], url: str, observed: Observed
) -> Iterator[Finding]:
    """The database URL cannot be read, or not by the library that is to read it.

    A `#`, `/` or `@` in a password that is not percent-encoded ends the part it stands in.
    `postgres://` is refused by SQLAlchemy, and so are parameters that only another program
    understands, such as Prisma's `pgbouncer=true`; a project that mends its URL before it makes
    its engine is left in peace.

    ```env bad
    DATABASE_URL=postgresql://app:p@ss/word@db.example/shop
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    ```

    ```env bad
    DATABASE_URL=postgres://app:secret@db.example/shop
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    import os
    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"])
    ```

    ```env good
    DATABASE_URL=postgres://app:p%40ss%2Fword@db.example/shop
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine

    url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg2://", 1)
    engine = create_engine(url)
    ```
    """
    own = environment.get(config.migration_url_variable, "").strip()
    urls = {config.database_url_variable: url, config.migration_url_variable: own}
    for variable, text in urls.items():
        if not text:
            continue
        try:
            dsn = Dsn.parse(text)
        except MalformedDsn as error:
            yield Finding(variable, str(error), "see postgresql.org/docs, Connection URIs")
            continue
        if not observed.engines:
            yield from _unmended(variable, dsn)


def _unmended(variable: str, dsn: Dsn) -> Iterator[Finding]:
    if dsn.scheme == "postgres":
        yield Finding(
            variable,
            "SQLAlchemy knows no dialect postgres://",
            "write postgresql+psycopg:// (or +psycopg2, +asyncpg)",
        )
    if dsn.driver not in DRIVERS:
        yield Finding(
            variable, f"SQLAlchemy knows no driver {dsn.driver!r}", "write postgresql+psycopg://"
        )
    for name in sorted(FOREIGN & set(dsn.parameters)):
        yield Finding(
            f"{variable} {name}",
            f"no Python driver knows the parameter {name}, and each refuses it",
            f"remove {name} from the URL",
        )
