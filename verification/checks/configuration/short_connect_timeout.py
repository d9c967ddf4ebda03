"""Giving up on a database that is just waking."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.engines.place import Place
from verification.engines.settings import EngineSettings
from verification.finding import Finding, NotApplicable, Severity

WAKING = 10  # seconds; what Neon advises at least
WORDS = {"asyncpg": "timeout"}


@check(Severity.WARNING)
def short_connect_timeout(
    engine_settings: Sequence[EngineSettings], place: Place
) -> Iterator[Finding]:
    """The time allowed for connecting is too short for a compute that has to wake up first.

    A suspended Neon compute usually wakes within half a second and rarely needs several. With less
    than ten seconds the first request after a pause fails, although waiting would have served it.

    ```env bad
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app?connect_timeout=2
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
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy import create_engine, make_url

    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg2")
    engine = create_engine(url, connect_args={"connect_timeout": 10})
    ```
    """
    if not place.neon:
        raise NotApplicable("only a Neon compute has to wake up first")
    for engine in engine_settings:
        word = WORDS.get(engine.driver, "connect_timeout")
        seconds = _number(engine.argument(word))
        if seconds is not None and 0 < seconds < WAKING:
            yield Finding(
                str(engine),
                f"{word}={seconds:g} gives up before a suspended compute has surely woken",
                f"{word}={WAKING} (to {WAKING + 5})",
                engine.location,
            )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
