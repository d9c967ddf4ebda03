"""A refusal that left something behind."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.ERROR)
def half_done_request(fuzzed: Fuzzed) -> Iterator[Finding]:
    """A request is refused, and has written all the same.

    The client believes that nothing happened and sends it again, or gives up; what was written
    stays. One request is one transaction, which an error rolls back. Tables that keep a journal
    (audit, log, event, attempt ...) may be written to.

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
        name: str = Field(pattern=r"^[a-z]+$", max_length=50)

    @app.post("/heroes", status_code=201)
    def create(hero: Hero) -> dict[str, int]:
        with engine.begin() as connection:
            query = text("INSERT INTO hero (name) VALUES (:name) ON CONFLICT DO NOTHING")
            connection.execute(query, {"name": hero.name})
        if len(hero.name) > 2:
            raise HTTPException(422, "a name has two letters")
        return {"id": 1}
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
        name: str = Field(pattern=r"^[a-z]+$", max_length=50)

    @app.post("/heroes", status_code=201)
    def create(hero: Hero) -> dict[str, int]:
        with engine.begin() as connection:
            query = text("INSERT INTO hero (name) VALUES (:name) ON CONFLICT DO NOTHING")
            connection.execute(query, {"name": hero.name})
            if len(hero.name) > 2:
                raise HTTPException(422, "a name has two letters")
        return {"id": 1}
    ```
    """
    yield from reported(
        fuzzed.of("half"),
        "make one transaction of each request, and let every refusal roll it back",
    )
