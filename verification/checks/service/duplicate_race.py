"""Two requests, one name."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.ERROR)
def duplicate_race(fuzzed: Fuzzed) -> Iterator[Finding]:
    """Equal requests at once are not answered as one success and the rest as conflicts.

    The service looks whether something is there, and creates it if not. Between the two another
    request does the same. Without a UNIQUE constraint there are then two of it; with one, and
    without an answer for its violation, there is a 500. Five equal requests are sent together, and
    writing is held back until each of them has looked.

    ```python bad main.py
    from fastapi import FastAPI, HTTPException
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
        name: str = Field(max_length=50)

    @app.post("/heroes", status_code=201)
    def create(hero: Hero) -> dict[str, int]:
        with engine.begin() as connection:
            look = text("SELECT id FROM hero WHERE name = :name")
            if connection.execute(look, {"name": hero.name}).first():
                raise HTTPException(409, "there is such a hero")
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
        name: str = Field(max_length=50)

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
        fuzzed.of("race"),
        "let a UNIQUE constraint decide, and answer its violation (23505) with 409",
    )
