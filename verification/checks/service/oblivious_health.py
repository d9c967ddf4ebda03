"""A health check that never looks."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.service.exchange import REFUSED
from verification.service.outage import Outage, Told


@check(Severity.ERROR)
def oblivious_health(outage: Outage) -> Iterator[Finding]:
    """The application says it is ready while its database is down.

    A load balancer then keeps sending requests to an instance that can answer none of them, and a
    rolling deploy takes the last healthy one away. The application is started on a database that
    works, the database goes away, and whoever calls himself ready is asked for ten seconds: what
    was seen a moment ago may be remembered, what was seen at the start may not. `/health` may say
    no more than that the process lives where another endpoint tells the truth.

    ```python bad main.py
    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/answer")
    def answer() -> int:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 42")).scalar_one()
    ```

    ```python good main.py
    from fastapi import FastAPI, Response
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import OperationalError

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")

    @app.get("/health/live")
    def live() -> None:
        return None

    @app.get("/health/ready")
    def ready(response: Response) -> None:
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError:
            response.status_code = 503
    ```
    """
    survey = outage.survey
    if not (told := (*outage.ready, *outage.health)):
        raise NotApplicable("the application documents no health endpoint")
    if not survey.uses_database:
        raise NotApplicable("the application uses no database")
    if all(each.before.status in REFUSED for each in told):
        raise Unknown("every health endpoint asks for credentials")
    truthful = any(each.before.succeeded and not each.down.succeeded for each in told)
    suspects: tuple[Told, ...] = outage.ready if truthful else told
    for each in suspects:
        if not each.before.succeeded:
            continue
        if not each.down.came:
            yield Finding(
                each.request.path, "gives no answer while the database is down", "bound the wait"
            )
        elif each.down.succeeded:
            yield Finding(
                each.request.path,
                f"answers {each.down.status} while the database is down",
                "run SELECT 1 with a short timeout, and answer 503 where it fails",
            )
