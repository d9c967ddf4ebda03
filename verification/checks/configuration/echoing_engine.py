"""Every statement in the log."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.settings import EngineSettings
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def echoing_engine(engine_settings: Sequence[EngineSettings]) -> Iterator[Finding]:
    """The engine logs every statement, with the values that it is given.

    `echo=True` is for the first afternoon. In a service it writes names, addresses and tokens to
    the log, costs more than many of the statements themselves, and buries what matters.

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg2://localhost/app", echo=True)
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine

    echo = os.getenv("SQL_ECHO") == "1"
    engine = create_engine("postgresql+psycopg2://localhost/app", echo=echo)
    ```
    """
    for engine in engine_settings:
        if engine.echo:
            yield Finding(
                str(engine),
                "every statement is logged, with the values of its parameters",
                "leave echo out, or let a setting of development switch it on",
                engine.location,
            )
