"""A request that makes the service stumble."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.ERROR)
def server_error(fuzzed: Fuzzed) -> Iterator[Finding]:
    """A request of a stranger is answered with a server error.

    What a client sends is the client's fault (4xx) or is done (2xx); 5xx is a bug that somebody can
    reach. Requests are generated from the OpenAPI document by Schemathesis (examples, boundaries,
    random ones, sequences) and sent past the network into the application. Answers that are given
    on purpose (501, 503) and failures of other services do not count.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE hero (id serial PRIMARY KEY, name text UNIQUE,"
                " age int CHECK (age < 200))"
            )
        )


    @app.get("/heroes")
    def heroes(limit: int = 10) -> list[int]:
        query = text("SELECT id FROM hero LIMIT :limit")
        with engine.connect() as connection:
            return list(connection.execute(query, {"limit": limit}).scalars())
    ```

    ```python good main.py
    from typing import Annotated

    from fastapi import FastAPI, Query
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE hero (id serial PRIMARY KEY, name text UNIQUE,"
                " age int CHECK (age < 200))"
            )
        )


    @app.get("/heroes")
    def heroes(limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[int]:
        query = text("SELECT id FROM hero LIMIT :limit")
        with engine.connect() as connection:
            return list(connection.execute(query, {"limit": limit}).scalars())
    ```
    """
    yield from reported(
        fuzzed.of("error"),
        "validate the value where it arrives, or answer the error with a 4xx in a handler",
    )
