"""A setting that is sent and never arrives."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, NotApplicable, Severity
from verification.neon.startup import dropped


@check(Severity.ERROR)
def ignored_startup_parameter(
    engine_settings: Sequence[EngineSettings], place: Place
) -> Iterator[Finding]:
    """A setting is sent at start-up, where Neon's proxy drops it without an error.

    Of the start-up parameters it passes on `application_name`, `replication` and `options` alone.
    asyncpg's `server_settings={"statement_timeout": ...}` therefore has no effect: the timeout
    that everybody relies on is not there. A plain server takes it.

    ```env bad
    DATABASE_URL=postgresql+asyncpg://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    import os
    from sqlalchemy.ext.asyncio import create_async_engine

    settings = {"statement_timeout": "5000"}
    engine = create_async_engine(
        os.environ["DATABASE_URL"], connect_args={"server_settings": settings}
    )
    ```

    ```env good
    DATABASE_URL=postgresql+asyncpg://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy.ext.asyncio import create_async_engine

    settings = {"application_name": "shop", "options": "-c statement_timeout=5000"}
    engine = create_async_engine(
        os.environ["DATABASE_URL"], connect_args={"server_settings": settings}
    )
    ```
    """
    if not place.neon:
        raise NotApplicable("only Neon's proxy drops start-up parameters")
    for engine in engine_settings:
        for name in dropped(engine.server_settings):
            yield Finding(
                f"{engine} {name}",
                f"Neon drops the start-up parameter {name}: it has no effect",
                f"ALTER ROLE ... SET {name} = ..., or options=-c on the direct host",
                engine.location,
            )
