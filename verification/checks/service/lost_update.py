"""Two changes, one left."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.ERROR)
def lost_update(fuzzed: Fuzzed) -> Iterator[Finding]:
    """Changes that are made at once overwrite each other, and all are answered as done.

    What was read is changed and written back, while another request does the same: one of the two
    is gone, and nobody knows. Requests that add up when they come in turn are sent five at once,
    and changes of two different fields together; writing is held back until each has read.

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

    @app.post("/heroes/{hero_id}/birthday")
    def birthday(hero_id: int) -> dict[str, int]:
        with engine.begin() as connection:
            look = text("SELECT age FROM hero WHERE id = :id")
            age = connection.execute(look, {"id": hero_id}).scalar_one_or_none()
            if age is None:
                raise HTTPException(404)
            write = text("UPDATE hero SET age = :age WHERE id = :id")
            connection.execute(write, {"id": hero_id, "age": age + 1})
            return {"age": age + 1}

    @app.post("/heroes", status_code=201)
    def create(hero: Hero) -> dict[str, int]:
        with engine.begin() as connection:
            query = text("INSERT INTO hero (name, age) VALUES (:name, 0) RETURNING id")
            return {"id": connection.execute(query, {"name": hero.name}).scalar_one()}
    ```

    ```python good main.py
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

    @app.post("/heroes/{hero_id}/birthday")
    def birthday(hero_id: int) -> dict[str, int]:
        with engine.begin() as connection:
            write = text("UPDATE hero SET age = age + 1 WHERE id = :id RETURNING age")
            age = connection.execute(write, {"id": hero_id}).scalar_one_or_none()
            if age is None:
                raise HTTPException(404)
            return {"age": age}

    @app.post("/heroes", status_code=201)
    def create(hero: Hero) -> dict[str, int]:
        with engine.begin() as connection:
            query = text("INSERT INTO hero (name, age) VALUES (:name, 0) RETURNING id")
            return {"id": connection.execute(query, {"name": hero.name}).scalar_one()}
    ```
    """
    yield from reported(
        fuzzed.of("update"),
        "read the row with with_for_update(), write SET x = x + 1, or keep a version_id_col",
    )
