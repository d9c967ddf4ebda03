"""The application and its migrations look at two databases."""

from collections.abc import Iterator

from verification.check import check
from verification.config import Config
from verification.engines.place import Place
from verification.finding import Finding, NotApplicable, Severity
from verification.neon.dsn import direct, endpoint


@check(Severity.ERROR)
def mismatched_urls(config: Config, place: Place) -> Iterator[Finding]:
    """The application's URL and the migrations' URL name different databases.

    Then the migrations succeed, on a database that the application never sees. Behind a pooler the
    two differ by `-pooler` in the host, and in nothing else but perhaps the role.

    ```env bad
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    MIGRATION_DATABASE_URL=postgresql://a:b@ep-late-hill-12345678.eu-central-1.aws.neon.tech/app
    ```

    ```env good
    DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    MIGRATION_DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    ```
    """
    app, migrations = place.app, place.migrations
    if app is None or migrations is None:
        raise NotApplicable("there are no two URLs to compare")
    name = config.migration_url_variable
    here, there = endpoint(app), endpoint(migrations)
    if here and there and direct(app).host != direct(migrations).host:
        yield Finding(
            name,
            f"the application uses endpoint {here.id}, the migrations {there.id}",
            f"use {here.direct_host} for the migrations",
        )
    elif bool(here) != bool(there):
        yield Finding(
            name,
            f"the application uses {app.host}, the migrations {migrations.host}",
            "let both name the same database",
        )
    if (app.database or app.user) != (migrations.database or migrations.user):
        yield Finding(
            f"{name} database",
            f"the application uses database {app.database!r},"
            f" the migrations {migrations.database!r}",
            "let both name the same database",
        )
