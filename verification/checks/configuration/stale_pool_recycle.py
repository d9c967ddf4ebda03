"""Connections that are kept until the compute suspends under them."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, NotApplicable, Severity

SUSPENDS = 300  # seconds without a query, Neon's default


@check(Severity.WARNING)
def stale_pool_recycle(
    engine_settings: Sequence[EngineSettings], place: Place
) -> Iterator[Finding]:
    """`pool_recycle` is not shorter than the time after which a Neon compute suspends.

    It is there so that a connection is replaced before the server closes it. At 300 seconds or
    more it never comes first, and exactly 300 is a race with the suspend timer.

    ```env bad
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    import os
    from sqlalchemy import create_engine, make_url

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg2")
    engine = create_engine(url, pool_pre_ping=True, pool_recycle=300)
    ```

    ```env good
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine, make_url

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg2")
    engine = create_engine(url, pool_pre_ping=True, pool_recycle=240)
    ```
    """
    if not place.neon:
        raise NotApplicable("only a Neon compute suspends")
    for engine in engine_settings:
        if engine.keeps_connections and engine.recycle >= SUSPENDS:
            yield Finding(
                str(engine),
                f"connections are kept for {engine.recycle} s, but the compute suspends after"
                f" {SUSPENDS} s without a query",
                "pool_recycle=240",
                engine.location,
            )
