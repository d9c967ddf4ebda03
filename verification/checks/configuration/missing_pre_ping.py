"""A pool that hands out dead connections."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, NotApplicable, Severity


@check(Severity.WARNING)
def missing_pre_ping(engine_settings: Sequence[EngineSettings], place: Place) -> Iterator[Finding]:
    """The pool does not look whether a connection still lives before it hands it out.

    A suspended compute, a fail-over, a firewall that forgets: each closes idle connections, and
    the request that gets one next fails. `pool_pre_ping=True` costs one round trip and replaces
    the connection instead. A server on the same machine closes no idle connection by itself;
    another one that connections are recycled for in time is left in peace, unless it is Neon.

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
    engine = create_engine(url)
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
    engine = create_engine(url, pool_pre_ping=True)
    ```
    """
    if not place.remote:
        raise NotApplicable("no network lies between the service and its database")
    for engine in engine_settings:
        recycled = engine.recycle > 0 and not place.neon
        if engine.keeps_connections and not engine.pre_ping and not recycled:
            why = "a suspended compute" if place.neon else "a fail-over or a firewall"
            yield Finding(
                str(engine),
                f"{why} closes idle connections, and the pool hands them out all the same",
                "create_engine(..., pool_pre_ping=True)",
                engine.location,
            )
