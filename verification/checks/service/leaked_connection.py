"""A request that keeps its connection."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.service.custody import Custody


@check(Severity.WARNING)
def leaked_connection(custody: Custody) -> Iterator[Finding]:
    """After a request a connection is not given back, or its transaction stays open.

    A few such requests, and the pool has nothing left: every other one then waits and fails. An
    open transaction also keeps its locks and keeps VACUUM from cleaning up. Every operation is
    asked, with values that may be right and ids that are not there, and by a client that leaves;
    then the pools of the process and the sessions of the server are looked at.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    taken = []

    @app.get("/answer")
    def answer() -> int:
        connection = engine.connect()
        taken.append(connection)
        return connection.execute(text("SELECT 42")).scalar_one()
    ```

    ```python good main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")

    @app.get("/answer")
    def answer() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 42")).scalar_one()
    ```
    """
    for kept in custody.kept:
        client = " to a client that has left" if kept.left_early else ""
        what = "a transaction open" if kept.transactions else "a connection out of the pool"
        yield Finding(
            str(kept.operation),
            f"leaves {what} after the answer {kept.status}{client}",
            "take the session in a dependency with `with` and `yield`, which closes it in every"
            " ending",
        )
    if not custody.reached:
        if custody.reason:
            raise Unknown(custody.reason)
        raise NotApplicable("no request has reached the database")
