"""Settings that show what they hold."""

from collections.abc import Iterator

from verification.check import check
from verification.engines.settings import Observed
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def revealing_settings(observed: Observed) -> Iterator[Finding]:
    """The repr of the project's settings shows the database password.

    Nothing has printed it yet; but a log line, a debugger or an error report that shows local
    variables will. `pydantic.SecretStr`, or `repr=False` on the field, keeps it out for good.

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["settings"]
    ```

    ```python bad settings.py
    import os
    from pydantic import BaseModel

    class Settings(BaseModel):
        database_url: str

    settings = Settings(database_url=os.environ["DATABASE_URL"])
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["settings"]
    ```

    ```python good settings.py
    import os
    from pydantic import BaseModel, SecretStr

    class Settings(BaseModel):
        database_url: SecretStr

    settings = Settings(database_url=os.environ["DATABASE_URL"])
    ```
    """
    for place in observed.revealing:
        yield Finding(
            place,
            f"{place} shows the database password",
            "use pydantic.SecretStr, or Field(repr=False)",
        )
