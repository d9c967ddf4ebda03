"""A health check that tells more than whether all is well."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity
from verification.service.leaks import inside
from verification.service.outage import Outage


@check(Severity.WARNING)
def leaking_health(outage: Outage) -> Iterator[Finding]:
    """A health endpoint shows the inside: addresses, versions, exceptions, figures of the pool.

    It is open to everybody by its nature. What went wrong belongs into the log.

    ```python bad main.py
    from fastapi import FastAPI, Response
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")

    @app.get("/health")
    def health(response: Response) -> dict[str, str]:
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception as error:
            response.status_code = 503
            return {"status": "error", "reason": str(error)}
        return {"status": "ok"}
    ```

    ```python good main.py
    from fastapi import FastAPI, Response
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")

    @app.get("/health")
    def health(response: Response) -> dict[str, str]:
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:
            response.status_code = 503
            return {"status": "error"}
        return {"status": "ok"}
    ```
    """
    told = (*outage.ready, *outage.health, *outage.alive)
    if not told:
        raise NotApplicable("the application documents no health endpoint")
    for each in told:
        states = ((each.before, ""), (each.down, " while the database is down"))
        for answer, when in states:
            if shown := inside(answer.body, outage.dsn):
                yield Finding(
                    each.request.path,
                    f"shows {shown}{when}",
                    "answer with a status only; log the reason",
                )
                break
