"""Migrations through a pooler that shares its sessions."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from verification.check import check
from verification.config import Config
from verification.dsn import Dsn
from verification.engines.place import Place
from verification.finding import Finding, NotApplicable, Severity
from verification.neon.dsn import direct, is_neon
from verification.revisions import find


@check(Severity.ERROR)
def pooled_migration_url(
    migration_dsn: Dsn,
    migration_host: str,
    place: Place,
    config: Config,
    environment: Mapping[str, str],
) -> Iterator[Finding]:
    """Migrations run through a transaction pooler.

    There, `SET` leaks to other clients, session advisory locks exclude nobody (two migrators both
    hold one), and prepared statements and temporary tables disappear between transactions. Where
    env.py can be seen to connect, what counts is the host that it chooses.

    ```env bad
    MIGRATION_DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```env bad
    MIGRATION_DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```ini bad alembic.ini
    [alembic]
    script_location = %(here)s/migrations
    ```

    ```python bad migrations/env.py
    import os
    from alembic import context
    from sqlalchemy import create_engine, make_url

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg2")
    with create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
    ```

    ```env good
    MIGRATION_DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    ```

    ```env good
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```ini good alembic.ini
    [alembic]
    script_location = %(here)s/migrations
    ```

    ```python good migrations/env.py
    import os
    from alembic import context
    from sqlalchemy import create_engine, make_url

    url = make_url(os.environ["DATABASE_URL"].replace("-pooler", ""))
    with create_engine(url.set(drivername="postgresql+psycopg2")).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
    ```
    """
    own = environment.get(config.migration_url_variable, "")
    if not own and find(config.root, config.alembic) is None:
        raise NotApplicable("the project has no migrations")
    seen = replace(migration_dsn, host=migration_host or migration_dsn.host)
    if place.shared(seen if is_neon(seen) else migration_dsn):
        there = direct(seen).host
        yield Finding(
            seen.host,
            "migrations go through a transaction pooler",
            f"use the direct host {there}" if is_neon(seen) else "use the server's own host",
        )
