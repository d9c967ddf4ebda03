"""A request that does something else than its method says."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.WARNING)
def misleading_method(fuzzed: Fuzzed) -> Iterator[Finding]:
    """GET adds rows, a repeated PUT adds another one, or DELETE deletes what is not there.

    Clients, proxies and browsers rely on the method: they fetch a GET ahead and from a cache, and
    send a PUT or DELETE again when the answer got lost. Counting and marking what was read is in
    order, and so are tables that keep a journal; a DELETE that is idempotent answers 204.

    ```python bad main.py
    from typing import Annotated

    from fastapi import FastAPI, Path
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE cart (id serial PRIMARY KEY, owner text UNIQUE)"))

    @app.get("/carts/{owner}")
    def cart(owner: Annotated[str, Path(pattern=r"^[a-z]{1,20}$")]) -> int:
        with engine.begin() as connection:
            make = text("INSERT INTO cart (owner) VALUES (:owner) ON CONFLICT DO NOTHING")
            connection.execute(make, {"owner": owner})
            look = text("SELECT id FROM cart WHERE owner = :owner")
            return connection.execute(look, {"owner": owner}).scalar_one()
    ```

    ```python good main.py
    from typing import Annotated

    from fastapi import FastAPI, Path
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE cart (id serial PRIMARY KEY, owner text UNIQUE)"))

    @app.put("/carts/{owner}")
    def cart(owner: Annotated[str, Path(pattern=r"^[a-z]{1,20}$")]) -> int:
        with engine.begin() as connection:
            make = text("INSERT INTO cart (owner) VALUES (:owner) ON CONFLICT DO NOTHING")
            connection.execute(make, {"owner": owner})
            look = text("SELECT id FROM cart WHERE owner = :owner")
            return connection.execute(look, {"owner": owner}).scalar_one()
    ```
    """
    yield from reported(
        fuzzed.of("method"),
        "write in POST, PUT, PATCH and DELETE only; let PUT find its row before it adds one, and"
        " DELETE answer 404 where there is none",
    )
