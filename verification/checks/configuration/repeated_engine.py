"""A pool for every request."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.settings import EngineSettings
from verification.finding import Finding, Severity

OFTEN = 2


@check(Severity.WARNING)
def repeated_engine(engine_settings: Sequence[EngineSettings]) -> Iterator[Finding]:
    """An engine is made anew while requests are answered.

    Each has a pool of its own: every request makes new connections, a dozen round trips each, and
    the old ones stay open until they are collected. Under load the server runs out of them. An
    engine is made once per process.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()

    def engine():
        return create_engine("postgresql+psycopg2://localhost/app")

    @app.get("/heroes")
    def heroes():
        with engine().connect() as connection:
            return connection.execute(text("SELECT 1")).scalar()

    @app.get("/teams")
    def teams():
        with engine().connect() as connection:
            return connection.execute(text("SELECT 1")).scalar()
    ```

    ```python good main.py
    from functools import cache
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()

    @cache
    def engine():
        return create_engine("postgresql+psycopg2://localhost/app")

    @app.get("/heroes")
    def heroes():
        with engine().connect() as connection:
            return connection.execute(text("SELECT 1")).scalar()

    @app.get("/teams")
    def teams():
        with engine().connect() as connection:
            return connection.execute(text("SELECT 1")).scalar()
    ```

    ```python good main.py
    from functools import cache
    from fastapi import FastAPI
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    app = FastAPI()

    @cache
    def engine():
        return create_async_engine("postgresql+psycopg://localhost/app")

    @app.get("/heroes")
    async def heroes():
        async with engine().connect() as connection:
            return (await connection.execute(text("SELECT 1"))).scalar()
    ```
    """
    for engine in engine_settings:
        if engine.made_while_serving >= OFTEN:
            yield Finding(
                str(engine),
                f"{engine.made_while_serving} engines were made here for a few requests,"
                " each with connections of its own",
                "make it once, at the top of its module or behind functools.cache",
                engine.location,
            )
