"""A password in the log."""

from collections.abc import Iterator

from verification.check import check
from verification.engines.settings import Observed
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def leaked_secret(observed: Observed) -> Iterator[Finding]:
    """The project's own code prints its database password.

    Logs, error pages and tracebacks are kept for years and read by many. The project is started
    with a password of ours, with its database out of reach, and asked a little; the password must
    not come back: not printed, not logged, not in an answer, not in a `__repr__` it has written.

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["settings"]
    ```

    ```python bad settings.py
    import os
    from dataclasses import dataclass

    @dataclass
    class Settings:
        database_url: str

        def __repr__(self) -> str:
            return f"Settings for {self.database_url}"

    settings = Settings(os.environ["DATABASE_URL"])
    ```

    ```toml bad pyproject.toml
    [tool.verification]
    models = ["settings"]
    ```

    ```python bad settings.py
    import logging
    import os

    logging.basicConfig(level="INFO")
    logging.info("connecting to %s", os.environ["DATABASE_URL"])
    ```

    ```toml good pyproject.toml
    [tool.verification]
    models = ["settings"]
    ```

    ```python good settings.py
    import os
    from dataclasses import dataclass, field

    @dataclass
    class Settings:
        database_url: str = field(repr=False)

    settings = Settings(os.environ["DATABASE_URL"])
    print(settings)
    ```
    """
    for leak in observed.leaks:
        yield Finding(
            leak.place,
            f"the database password comes back in {leak.place}",
            "keep it in pydantic.SecretStr, print URLs by SQLAlchemy's repr, which masks it",
        )
