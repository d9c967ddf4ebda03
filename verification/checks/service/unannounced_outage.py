"""An outage that is told as a fault of the service."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity
from verification.service.drill import Drill
from verification.service.exchange import SERVER_ERRORS

UNAVAILABLE = 503


@check(Severity.NOTE)
def unannounced_outage(drills: Sequence[Drill]) -> Iterator[Finding]:
    """While the database is down the service answers 500 rather than 503 with Retry-After.

    Clients and proxies may repeat what was answered with 503, and know when; 500 says that the
    service is broken, wakes whoever is on call, and hides the real faults among the outages.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app",
        pool_timeout=2,
        connect_args={"connect_timeout": 2},
    )

    @app.get("/answer")
    def answer() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 42")).scalar_one()
    ```

    ```python good main.py
    from fastapi import FastAPI, Request, Response
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import OperationalError, TimeoutError

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app",
        pool_timeout=2,
        connect_args={"connect_timeout": 2},
    )

    @app.exception_handler(TimeoutError)
    @app.exception_handler(OperationalError)
    def unavailable(request: Request, error: Exception) -> Response:
        return Response(status_code=503, headers={"Retry-After": "5"})

    @app.get("/answer")
    def answer() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 42")).scalar_one()
    ```
    """
    if not any(drill.probes for drill in drills):
        raise NotApplicable("no endpoint that can be asked reads the database")
    told = set()
    for drill in drills:
        for seen in drill.probes:
            path = str(seen.request)
            for answer in seen.during:
                vague = answer.status in SERVER_ERRORS and answer.status != UNAVAILABLE
                silent = answer.status == UNAVAILABLE and "retry-after" not in answer.headers
                if path in told or not (vague or silent):
                    continue
                told.add(path)
                what = f"answers {answer.status}" + (" without Retry-After" if silent else "")
                yield Finding(
                    path,
                    f"{what} when {drill.says}",
                    "answer errors of the connection with 503 and Retry-After in one handler",
                )
