"""An error that tells a stranger about the inside."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.service.drill import Drill
from verification.service.fuzzed import Fuzzed
from verification.service.leaks import leak
from verification.service.outage import Outage


@check(Severity.ERROR)
def leaking_error(outage: Outage, drills: Sequence[Drill], fuzzed: Fuzzed) -> Iterator[Finding]:
    """The body of an error shows the connection, the SQL or the text of an exception.

    It tells an attacker where the database is, what the tables are called and which input reaches
    them; at worst it hands over the password. Looked for in every answer during the drills, and in
    those to generated requests.

    ```python bad main.py
    from fastapi import FastAPI, HTTPException
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app",
        pool_timeout=2,
        connect_args={"connect_timeout": 2},
    )

    @app.get("/answer")
    def answer() -> int:
        try:
            with engine.connect() as connection:
                return connection.execute(text("SELECT 42")).scalar_one()
        except SQLAlchemyError as error:
            raise HTTPException(503, str(error)) from error
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

    @app.get("/answer")
    def answer() -> int:
        try:
            with engine.connect() as connection:
                return connection.execute(text("SELECT 42")).scalar_one()
        except SQLAlchemyError:
            raise HTTPException(503, "the database is not available") from None
    ```
    """
    fix = "answer errors of the database with a fixed sentence, and log the rest"
    told = {fault.subject for fault in fuzzed.of("leak")}
    yield from reported(fuzzed.of("leak"), fix)
    if not outage.survey.probes and not fuzzed.cases:
        if "credentials" in outage.survey.reason:
            raise Unknown(outage.survey.reason)
        raise NotApplicable(outage.survey.reason)
    for drill in drills:
        for request, answer in drill.bodies:
            shown = leak(answer.body, outage.dsn) if answer.status >= 400 else ""  # noqa: PLR2004 - HTTP's
            if shown and str(request) not in told:
                told.add(str(request))
                yield Finding(
                    str(request),
                    f"shows {shown} in its answer {answer.status} when {drill.says}",
                    fix,
                )
