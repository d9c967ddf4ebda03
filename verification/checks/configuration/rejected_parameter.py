"""A word that the driver does not understand."""

from collections.abc import Iterator, Mapping, Sequence

from verification.check import check
from verification.config import Config
from verification.engines.place import Place
from verification.engines.settings import Observed
from verification.finding import Finding, NotApplicable, Severity
from verification.neon.drivers import refused


@check(Severity.ERROR)
def rejected_parameter(config: Config, place: Place, observed: Observed) -> Iterator[Finding]:
    """A parameter of the URL is none that the driver accepts, so no connection is ever made.

    The URL that Neon hands out is made for libpq: psycopg2 and psycopg take `sslmode` and
    `channel_binding`, asyncpg ends with `TypeError: connect() got an unexpected keyword argument`.
    Judged is what the project's own engine gives to its driver; without one, the URL as it stands.

    ```env bad
    DATABASE_URL=postgresql+asyncpg://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app?sslmode=require
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
    DATABASE_URL=postgresql+asyncpg://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app?ssl=require
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    import os
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"])
    ```
    """
    judged = [(str(e), e.driver, e.arguments, e.location) for e in observed.engines]
    if not judged and place.app is not None and place.app.driver:
        subject = config.database_url_variable
        judged = [(subject, place.app.driver, place.app.parameters, None)]
    if not judged:
        raise NotApplicable("neither an engine nor a driver in the URL says who connects")
    for subject, driver, arguments, location in judged:
        for word in _refused(driver, arguments):
            yield Finding(
                f"{subject} {word}",
                f"{driver} does not accept {word}: no connection is ever made",
                f"remove it, or say it in {driver}'s own words",
                location,
            )


def _refused(driver: str, arguments: Mapping[str, str]) -> Sequence[str]:
    return refused(driver, arguments)
