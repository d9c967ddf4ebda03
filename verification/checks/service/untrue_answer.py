"""An answer that is not what was stored."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed
from verification.service.listings import Listings, items


@check(Severity.ERROR)
def untrue_answer(fuzzed: Fuzzed, listings: Listings) -> Iterator[Finding]:
    """The answer to a write says something else than the row that was written.

    The client goes on with values that nobody else sees: a name before the database cut it, a
    default that a trigger has replaced, a change that was overwritten. Compared are the fields
    that the answer and the row with its id have in common, and with them what was sent: a text that
    was cut and a time whose zone was dropped are not what the client meant. A list that counts
    fewer rows than it shows, or more than there are, is as untrue, and so is one that shows rows of
    somebody else than it was asked for.

    ```python bad main.py
    from uuid import uuid4

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
    def create(hero: Hero) -> dict[str, int | str]:
        with engine.begin() as connection:
            query = text("INSERT INTO hero (name, age) VALUES (:name, 1) RETURNING id")
            values = {"name": hero.name[:1] + str(uuid4())}
            hero_id = connection.execute(query, values).scalar_one()
        return {"id": hero_id, "name": hero.name, "age": 1}
    ```

    ```python bad main.py
    from typing import Annotated

    from fastapi import FastAPI, Query
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hero (id bigint PRIMARY KEY)"))

    @app.get("/heroes")
    def heroes(limit: Annotated[int, Query(ge=1, le=100)] = 50) -> dict[str, int | list[int]]:
        query = text("SELECT id FROM hero ORDER BY id LIMIT :limit")
        with engine.connect() as connection:
            found = connection.execute(query, {"limit": limit}).scalars()
            return {"items": list(found), "total": limit, "limit": limit}
    ```

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE team (id int PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE hero (id int PRIMARY KEY, team_id int NOT NULL)"))
        connection.execute(text("ALTER TABLE hero ADD FOREIGN KEY (team_id) REFERENCES team"))

    @app.get("/heroes")
    def heroes() -> list[dict[str, int]]:
        query = text("SELECT id, team_id FROM hero ORDER BY id LIMIT 50")
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    @app.get("/teams/{team_id}/heroes")
    def heroes_of(team_id: int) -> list[dict[str, int]]:
        return heroes()
    ```

    ```python good main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE team (id int PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE hero (id int PRIMARY KEY, team_id int NOT NULL)"))
        connection.execute(text("ALTER TABLE hero ADD FOREIGN KEY (team_id) REFERENCES team"))

    @app.get("/heroes")
    def heroes(team_id: int | None = None) -> list[dict[str, int]]:
        query = text(
            "SELECT id, team_id FROM hero WHERE :team IS NULL OR team_id = :team LIMIT 50"
        )
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(query, {"team": team_id}).mappings()]

    @app.get("/teams/{team_id}/heroes")
    def heroes_of(team_id: int) -> list[dict[str, int]]:
        return heroes(team_id)
    ```

    ```python good main.py
    from typing import Annotated

    from fastapi import FastAPI, Query
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id bigint PRIMARY KEY)"))

    @app.get("/orders")
    def orders(limit: Annotated[int, Query(ge=1, le=100)] = 50) -> dict[str, int | list[int]]:
        query = text("SELECT id FROM orders ORDER BY id LIMIT :limit")
        with engine.connect() as connection:
            found = list(connection.execute(query, {"limit": limit}).scalars())
            return {"items": found, "total": 995 * len(found)}  # what they cost
    ```

    ```python good main.py
    from uuid import uuid4

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
    def create(hero: Hero) -> dict[str, int | str]:
        with engine.begin() as connection:
            query = text("INSERT INTO hero (name, age) VALUES (:name, 1) RETURNING id, name, age")
            values = {"name": hero.name[:1] + str(uuid4())}
            return dict(connection.execute(query, values).mappings().one())
    ```
    """
    yield from reported(
        fuzzed.of("untrue"),
        "answer from the row: refresh() it, or use RETURNING (eager_defaults)",
    )
    for listing in listings.found:
        if listing.miscounted is not None:
            yield Finding(
                str(listing.operation),
                f"says that there are {listing.miscounted} and shows {items(listing.many)}",
                "count in the database, with the conditions of the list",
            )
    for one in listings.strangers:
        yield Finding(
            f"{one.operation} {one.name}",
            f"asked for one {one.name}, it shows rows that have another",
            f"put {one.name} into the WHERE of its query",
        )
