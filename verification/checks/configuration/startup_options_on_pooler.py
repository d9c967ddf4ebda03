"""Settings that a pooler refuses to pass on."""

from collections.abc import Iterator

from verification.check import check
from verification.config import Config
from verification.dsn import Dsn
from verification.engines.place import Place
from verification.engines.settings import Observed
from verification.finding import Finding, Location, NotApplicable, Severity
from verification.neon.startup import options


@check(Severity.ERROR)
def startup_options_on_pooler(
    config: Config, place: Place, observed: Observed
) -> Iterator[Finding]:
    """The connection sends start-up options through a transaction pooler, which refuses them.

    `options=-c statement_timeout=5s` makes every single connection fail with `unsupported startup
    parameter`. (`options=endpoint=...` is for Neon itself, and is not passed on.)

    ```env bad
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app?options=-c%20statement_timeout%3D5s
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python bad database.py
    ```

    ```env good
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app?options=endpoint%3Dep-cool-rain-12345678-pooler
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["database"]
    ```

    ```python good database.py
    ```
    """
    if not place.pooled:
        raise NotApplicable("no transaction pooler is in between")
    for subject, given, location in _sent(config, place.app, observed):
        if names := options(given):
            yield Finding(
                subject,
                f"the pooler refuses start-up options: {', '.join(names)}",
                "ALTER ROLE ... SET instead, or SET LOCAL in each transaction",
                location,
            )


def _sent(
    config: Config, app: Dsn | None, observed: Observed
) -> Iterator[tuple[str, str, Location | None]]:
    """What the project's engines send; where none was seen, what the URL says."""
    written = app.parameters.get("options", "") if app is not None else ""
    for engine in observed.engines:
        settings = {"options": engine.argument("options"), **engine.server_settings}
        if given := settings["options"]:
            same = given == written
            yield config.database_url_variable if same else str(engine), given, engine.location
    if written and not observed.engines:
        yield config.database_url_variable, written, None
