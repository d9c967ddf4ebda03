"""Transactions that are none."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.settings import EngineSettings
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def autocommitting_engine(engine_settings: Sequence[EngineSettings]) -> Iterator[Finding]:
    """Every engine of the service commits each statement by itself.

    With `isolation_level="AUTOCOMMIT"` a rollback takes nothing back: a request that fails half way
    leaves the first half stored, and two statements may see two states of the data. An engine for
    reading only, beside one that has transactions, is left in peace.

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://localhost/app", isolation_level="AUTOCOMMIT")
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://localhost/app", isolation_level="READ COMMITTED")
    reading = create_engine("postgresql+psycopg2://localhost/app", isolation_level="AUTOCOMMIT")
    ```
    """
    if engine_settings and all(engine.autocommit for engine in engine_settings):
        for engine in engine_settings:
            yield Finding(
                str(engine),
                "each statement is committed by itself: a rollback takes nothing back",
                "leave isolation_level out; give it to single connections that need it",
                engine.location,
            )
