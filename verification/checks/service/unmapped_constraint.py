"""A rule of the database that nobody answers for."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.ERROR)
def unmapped_constraint(fuzzed: Fuzzed) -> Iterator[Finding]:
    """A violation of a constraint is answered with a server error.

    The database refused what it should refuse, and nobody told the client which of its values was
    wrong: it sees a 500, tries again, and somebody is woken for a duplicate name.

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
        with engine.begin() as connection:
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
        fuzzed.of("constraint"),
        "answer IntegrityError by its SQLSTATE in one handler: 23505 and 23503 with 409, the others"
        " with 422",
    )
