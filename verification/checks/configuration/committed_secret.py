"""A password in the repository."""

from collections.abc import Iterator

from verification.check import check
from verification.config import Config
from verification.engines.files import lines, shared
from verification.engines.secrets import literals, secrets
from verification.finding import Finding, Location, Severity


@check(Severity.ERROR)
def committed_secret(config: Config) -> Iterator[Finding]:
    """A file of the repository holds a real password or API key.

    Everybody who may read the repository, its forks, its mirrors or its history can open the
    database, and removing the line later does not take it back. Looked for are connection strings
    with a password for a host that is not local, Neon's passwords and API keys, and a generated
    password as the default of a setting of the database, in the files that git tracks. Placeholders
    and local development databases are left in peace.

    ```python bad settings.py
    URL = "postgresql://app:kV9x2LqPz7\x40ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app"
    ```

    ```python bad settings.py
    from pydantic import BaseModel

    class Settings(BaseModel):
        postgres_user: str = "app"
        postgres_password: str = \x22Xk92vQmPz71"
    ```

    ```python good settings.py
    URL = "postgresql://app:PASSWORD@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app"
    LOCAL = "postgresql://postgres:postgres@localhost:5432/app"
    POSTGRES_PASSWORD = "changethis"
    ```
    """  # noqa: D301 - \x40 is an @, and \x22 a ", that this check does not see in its own page
    for path in shared(config.root):
        file = path.relative_to(config.root).as_posix()
        for number, text in lines(path):
            written = literals(text) if path.suffix == ".py" and not _is_test(file) else ()
            for kind in (*secrets(text), *written):
                yield Finding(
                    f"{file}:{kind}",
                    f"{kind} stands in the repository",
                    "change it now, then keep it in the environment",
                    Location(file, number),
                )


def _is_test(file: str) -> bool:
    return any(part.startswith(("test", "conftest")) for part in file.split("/"))
