"""A service that does not come back, or lets everybody wait."""

from collections.abc import Iterator, Sequence

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.service.drill import BOUND, RECOVERY, Drill
from verification.service.outage import Outage

FIXES = {
    "silent": "set connect_timeout (psycopg) or timeout (asyncpg) to a few seconds, and answer"
    " 503 with Retry-After",
    "exhausted": "set pool_timeout to a few seconds, and answer 503 with Retry-After",
}
FIX = (
    "let a pool with pool_pre_ping=True make the connections, take one session per request, and"
    " roll it back after an error"
)


@check(Severity.ERROR)
def slow_recovery(outage: Outage, drills: Sequence[Drill]) -> Iterator[Finding]:
    """After a misfortune of its database the service needs a restart, or a request never ends.

    Databases restart, fail over, suspend and lose their network, and a service that has to be
    restarted by hand afterwards turns a second into a night. The drills: connections refused,
    ended by the server, a restart, a database that accepts nobody, a server that accepts
    connections and never answers, and more requests than connections. In each of them every answer
    must come within fifteen seconds (503 with Retry-After at best), and ten seconds after its end
    the service must answer as before.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app", connect_args={"connect_timeout": 2}
    )
    connection = engine.connect()

    @app.get("/answer")
    def answer() -> int:
        return connection.execute(text("SELECT 42")).scalar_one()
    ```

    ```python good main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine(
        "postgresql+psycopg2://localhost/app",
        pool_pre_ping=True,
        pool_timeout=2,
        connect_args={"connect_timeout": 2},
    )

    @app.get("/answer")
    def answer() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 42")).scalar_one()
    ```
    """
    survey = outage.survey
    if not survey.probes:
        if "credentials" in survey.reason:
            raise Unknown(f"{survey.reason}, so nothing that needs the database could be asked")
        raise NotApplicable(survey.reason)
    told = set()
    for drill in drills:
        for seen in drill.probes:
            path = str(seen.request)
            hung = [answer for answer in seen.during if not answer.came]
            lost = seen.recovery is None
            if not (hung or lost) or (path, hung == []) in told:
                continue
            told.add((path, hung == []))
            message = f"gives no answer within {hung[0].seconds:.0f} s" if hung else ""
            if lost:
                after = f"answers {seen.after.status}" if seen.after else "its process is gone"
                if seen.after and not seen.after.came:
                    after = "gives no answer"
                back = f"is not back {RECOVERY:.0f} s after ({after})"
                message = f"{message} and {back}" if message else back
            yield Finding(path, f"{message} when {drill.says}", _fix(drill, hung=bool(hung)))


def _fix(drill: Drill, *, hung: bool) -> str:
    if hung:
        return FIXES.get(drill.name, f"bound every wait well below {BOUND:.0f} s")
    return FIX
