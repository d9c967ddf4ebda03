"""A process that is said to be dead because its database is."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity
from verification.service.drill import Drill
from verification.service.outage import Outage

SLOW = 5.0  # seconds; probes give up sooner


@check(Severity.ERROR)
def fatal_health(outage: Outage, drills: Sequence[Drill]) -> Iterator[Finding]:
    """Liveness depends on the database.

    Whatever restarts a process that is not alive (Kubernetes, a platform's health check) restarts
    every instance at once while the database is down, again and again, and mends nothing by it.
    It is also asked while the database answers nothing and while every connection is busy: an
    endpoint that is blocked behind the others is as good as dead.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app", connect_args={"connect_timeout": 2}
    )

    @app.get("/health/live")
    def live() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    ```

    ```python good main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app", connect_args={"connect_timeout": 2}
    )

    @app.get("/health/live")
    def live() -> None:
        return None

    @app.get("/answer")
    def answer() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 42")).scalar_one()
    ```
    """
    if not outage.alive:
        raise NotApplicable("the application documents no liveness endpoint")
    if not outage.survey.uses_database:
        raise NotApplicable("the application uses no database")
    fix = "answer 200 from memory alone, in an async def that awaits nothing"
    guilty = set()
    for told in outage.alive:
        if told.before.succeeded and not told.down.succeeded:
            guilty.add(told.request.path)
            answer = f"answers {told.down.status}" if told.down.came else "gives no answer"
            yield Finding(told.request.path, f"{answer} while the database is down", fix)
    for drill in drills:
        for seen in drill.alive:
            path = seen.request.path
            late = [a for a in seen.during if not a.succeeded or a.seconds > SLOW]
            if path not in guilty and seen.before.succeeded and late:
                guilty.add(path)
                answer = f"answers {late[0].status}" if late[0].came else "gives no answer"
                if late[0].succeeded:
                    answer = f"takes {late[0].seconds:.0f} s"
                yield Finding(path, f"{answer} while {drill.says}", fix)
