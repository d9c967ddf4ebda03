"""More connections than the server has."""

from collections.abc import Callable, Iterator, Sequence

from verification.catalog import Catalog
from verification.check import check
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, Severity

RESERVED_BY_NEON = 7
SHARE_OF_POOLER = 0.9


@check(Severity.WARNING)
def oversized_pool(
    engine_settings: Sequence[EngineSettings],
    capacity: Callable[[], Catalog],
    place: Place,
    workers: int,
) -> Iterator[Finding]:
    """The service's processes together may ask for more connections than the server has.

    Each process has a pool of its own: workers x (pool_size + max_overflow). Beyond
    `max_connections`, less what is reserved, the server turns clients away at the very moment of
    the highest load; a pooler lets them wait. Workers are read off `WEB_CONCURRENCY` or the start
    command in Dockerfile, Procfile, compose file or script.

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```sql bad
    SELECT 1;
    ```

    ```python bad database.py
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://localhost/app", pool_size=40, max_overflow=40)
    ```

    ```docker bad Dockerfile.web
    CMD ["uvicorn", "main:app", "--workers", "64"]
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```sql good
    SELECT 1;
    ```

    ```python good database.py
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://localhost/app", pool_size=5, max_overflow=5)
    ```
    """
    keeping = [engine for engine in engine_settings if engine.keeps_connections]
    for engine in keeping:
        if engine.most is None:
            yield Finding(
                str(engine),
                "max_overflow=-1 opens connections without limit, and no server has so many",
                "give max_overflow a number",
                engine.location,
            )
    wanted = workers * max((engine.most or 0 for engine in keeping), default=0)
    has = _connections(capacity(), place)
    if wanted > has:
        engine = max(keeping, key=lambda each: each.most or 0)
        yield Finding(
            str(engine),
            f"{workers} worker(s) x ({engine.size} + {engine.overflow}) = {wanted} connections;"
            f" there are {has}",
            "use smaller pools or fewer processes, or a pooler",
            engine.location,
        )


def _connections(deployed: Catalog, place: Place) -> int:
    def number(name: str) -> int:
        return int(deployed.facts().setting(name) or 0)

    most = number("max_connections")
    if place.pooled:
        return int(most * SHARE_OF_POOLER)
    reserved = number("superuser_reserved_connections") + number("reserved_connections")
    return most - max(reserved, RESERVED_BY_NEON if place.neon else 0)
