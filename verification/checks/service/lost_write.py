"""A success that never was."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.ERROR)
def lost_write(fuzzed: Fuzzed) -> Iterator[Finding]:
    """A request is answered as done, and nothing was stored.

    The client has no reason to send it again, so it is lost for good. It happens where nobody
    commits, where an error is swallowed, and where the COMMIT comes after the answer: the code
    behind the `yield` of a dependency runs when the client has its 201 already, unless the
    dependency is declared with `scope="function"`. Every request that writes is also sent once
    more while a deferred constraint lets each COMMIT fail.

    ```python bad main.py
    from fastapi import FastAPI
    from pydantic import BaseModel, Field
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

    class Hero(BaseModel):
        name: str = Field(pattern=r"^[a-z]+$", max_length=50)

    @app.post("/heroes", status_code=201)
    def create(hero: Hero) -> dict[str, int]:
        with engine.connect() as connection:
            query = text("INSERT INTO hero (name) VALUES (:name) RETURNING id")
            return {"id": connection.execute(query, {"name": hero.name}).scalar_one()}
    ```

    ```python good main.py
    from fastapi import FastAPI, HTTPException
    from pydantic import BaseModel, Field
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import IntegrityError

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE hero (id serial PRIMARY KEY, name text UNIQUE,"
                " age int CHECK (age < 200))"
            )
        )

    class Hero(BaseModel):
        name: str = Field(pattern=r"^[a-z]+$", max_length=50)

    @app.post("/heroes", status_code=201)
    def create(hero: Hero) -> dict[str, int]:
        try:
            with engine.begin() as connection:
                query = text("INSERT INTO hero (name) VALUES (:name) RETURNING id")
                return {"id": connection.execute(query, {"name": hero.name}).scalar_one()}
        except (IntegrityError, ValueError):
            raise HTTPException(409, "there is such a hero") from None
    ```
    """
    yield from reported(
        fuzzed.of("lost"),
        "commit before the answer: flush in the route, commit in a dependency declared with"
        ' Depends(get_session, scope="function"), and let its errors pass',
    )
