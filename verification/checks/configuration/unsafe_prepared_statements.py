"""Statements that a pooler does not know any more."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.neon.prepared import closes_statements


@check(Severity.WARNING)
def unsafe_prepared_statements(
    engine_settings: Sequence[EngineSettings], place: Place
) -> Iterator[Finding]:
    """The driver prepares statements that the pooler in between cannot keep apart.

    A transaction pooler gives every transaction another server session; a statement prepared in
    one is missing in the next, or another client's has its name. Neon's pooler follows prepared
    statements of the protocol, and psycopg with libpq 17 closes them in a way it understands.
    Other poolers, and older libraries, need the cache switched off.

    ```env bad
    DATABASE_URL=postgresql://a:b@aws-0-eu-central-1.pooler.supabase.com:6543/app
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    import os
    from sqlalchemy import create_engine, make_url

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
    engine = create_engine(url, pool_pre_ping=True)
    ```

    ```env good
    DATABASE_URL=postgresql://a:b@aws-0-eu-central-1.pooler.supabase.com:6543/app
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine, make_url

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"prepare_threshold": None})
    ```

    ```env bad
    DATABASE_URL=postgresql+asyncpg://a:b@pgbouncer:6432/app
    ```

    ```yaml bad compose.yaml
    services:
      pgbouncer:
        image: edoburu/pgbouncer
        environment:
          POOL_MODE: transaction
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    import os
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"])
    ```

    ```env good
    DATABASE_URL=postgresql+asyncpg://a:b@pgbouncer:6432/app
    ```

    ```yaml good compose.yaml
    services:
      pgbouncer:
        image: edoburu/pgbouncer
        environment:
          POOL_MODE: transaction
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from uuid import uuid4
    from sqlalchemy.ext.asyncio import create_async_engine

    own = {"statement_cache_size": 0, "prepared_statement_name_func": lambda: f"s{uuid4()}"}
    engine = create_async_engine(os.environ["DATABASE_URL"], connect_args=own)
    ```
    """
    if not place.pooled:
        raise NotApplicable("no transaction pooler is in between")
    for engine in engine_settings:
        if engine.driver == "psycopg" and not (place.neon and closes_statements()):
            if engine.own_creator:
                raise Unknown(f"{engine}: how its own function connects cannot be seen")
            if engine.arguments.get("prepare_threshold") != "None":
                yield Finding(
                    str(engine),
                    "psycopg prepares statements that the pooler does not keep apart",
                    'connect_args={"prepare_threshold": None}',
                    engine.location,
                )
        elif engine.driver == "asyncpg" and not place.neon:
            named = "prepared_statement_name_func" in engine.arguments
            if engine.argument("statement_cache_size") != "0" and not named:
                yield Finding(
                    str(engine),
                    "asyncpg prepares statements under names that other clients use too",
                    'connect_args={"statement_cache_size": 0, "prepared_statement_name_func": ...}'
                    " with names that are unique",
                    engine.location,
                )
