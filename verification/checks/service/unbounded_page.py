"""A list without an end."""

import re
from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.service.exchange import Answer
from verification.service.listings import HUGE, LIMIT, MANY, Listings, items

BOUNDED = re.compile(r"\b(LIMIT(?!\s+(ALL|NULL)\b)|FETCH (FIRST|NEXT))\b", re.IGNORECASE)


@check(Severity.WARNING)
def unbounded_page(listings: Listings) -> Iterator[Finding]:
    """A list returns every row there is, or as many as somebody asks for.

    It works until the table has grown; then one request takes all memory and all time, and anybody
    can send it. A list needs a limit, and the limit a maximum.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hero (id bigint PRIMARY KEY)"))

    @app.get("/heroes")
    def heroes() -> list[int]:
        with engine.connect() as connection:
            return list(connection.execute(text("SELECT id FROM hero ORDER BY id")).scalars())
    ```

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hero (id bigint PRIMARY KEY)"))

    @app.get("/heroes")
    def heroes(limit: int = 100) -> list[int]:
        query = text("SELECT id FROM hero ORDER BY id LIMIT :limit")
        with engine.connect() as connection:
            return list(connection.execute(query, {"limit": limit}).scalars())
    ```

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hero (id bigint PRIMARY KEY)"))

    @app.get("/heroes")
    def heroes(limit: int = 100) -> list[int]:
        query = text("SELECT id FROM hero ORDER BY id LIMIT 1000")
        with engine.connect() as connection:
            return list(connection.execute(query).scalars())
    ```

    ```python good main.py
    from typing import Annotated

    from fastapi import FastAPI, Query
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hero (id bigint PRIMARY KEY)"))

    @app.get("/heroes")
    def heroes(limit: Annotated[int, Query(ge=1, le=100)] = 100) -> list[int]:
        query = text("SELECT id FROM hero ORDER BY id LIMIT :limit")
        with engine.connect() as connection:
            return list(connection.execute(query, {"limit": limit}).scalars())
    ```
    """
    if not listings.found:
        raise (Unknown if listings.refused else NotApplicable)(listings.reason)
    for listing in listings.found:
        if items(listing.many) >= MANY and listing.many.statements and not _bounded(listing.many):
            yield Finding(
                str(listing.operation),
                "returns every row there is",
                "add limit: Annotated[int, Query(ge=1, le=100)] = 50 and .limit(limit)",
            )
        elif listing.one and listing.one.succeeded and items(listing.one) >= MANY:
            name = listing.operation.has_parameter(LIMIT)
            yield Finding(
                f"{listing.operation} {name}",
                f"shows {items(listing.one)} for {name}=1",
                f"give {name} to the query: .limit({name})",
            )
        elif listing.huge and listing.huge.succeeded and _asks_for_all(listing.huge):
            name = listing.operation.has_parameter(LIMIT)
            yield Finding(
                f"{listing.operation} {name}",
                f"accepts {name}={HUGE} and hands it to the database",
                f"give {name} a maximum: Annotated[int, Query(ge=1, le=100)]",
            )


def _bounded(answer: Answer) -> bool:
    return any(BOUNDED.search(statement.text) for statement in answer.statements)


def _asks_for_all(answer: Answer) -> bool:
    return any(
        BOUNDED.search(statement.text) and str(HUGE) in statement.text + statement.values
        for statement in answer.statements
    )
