"""An outage that is told as something else."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.service.drill import Drill
from verification.service.exchange import Answer
from verification.service.outage import Outage

CLIENT_ERRORS = range(400, 500)
TOO_MANY = 429


@check(Severity.ERROR)
def masked_outage(outage: Outage, drills: Sequence[Drill]) -> Iterator[Finding]:
    """While the database is down an endpoint answers as if it were not: nothing found, all empty.

    Whoever asks believes it: a client deletes what it thinks is gone, creates anew what it cannot
    find, caches an empty list. The same answer as before, from a cache, is in order.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app", connect_args={"connect_timeout": 2}
    )

    @app.get("/numbers")
    def numbers() -> list[int]:
        try:
            with engine.connect() as connection:
                return list(connection.execute(text("SELECT generate_series(1, 3)")).scalars())
        except SQLAlchemyError:
            return []
    ```

    ```python good main.py
    from fastapi import FastAPI, HTTPException
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app",
        pool_timeout=2,
        connect_args={"connect_timeout": 2},
    )

    @app.get("/numbers")
    def numbers() -> list[int]:
        try:
            with engine.connect() as connection:
                return list(connection.execute(text("SELECT generate_series(1, 3)")).scalars())
        except SQLAlchemyError:
            raise HTTPException(503, headers={"Retry-After": "5"}) from None
    ```
    """
    if not outage.survey.probes:
        if "credentials" in outage.survey.reason:
            raise Unknown(outage.survey.reason)
        raise NotApplicable(outage.survey.reason)
    told = set()
    for drill in drills:
        if drill.name == "killed":  # a good pool notices, and asks again
            continue
        for seen in drill.probes:
            path = str(seen.request)
            wrong = next((a for a in seen.during if _masks(a, seen.before)), None)
            if wrong is None or path in told:
                continue
            told.add(path)
            yield Finding(
                path,
                f"answers {wrong.status} while {drill.says}",
                "let database errors pass, and answer them with 503 and Retry-After in one handler",
            )


def _masks(answer: Answer, before: Answer) -> bool:
    if not before.succeeded or not answer.came or answer.status == TOO_MANY:
        return False
    changed = answer.succeeded and answer.body != before.body and bool(before.statements)
    return answer.status in CLIENT_ERRORS or changed
