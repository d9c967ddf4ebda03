"""A health check that never looks."""

import re
import time
from collections.abc import Iterator

from verification.check import check
from verification.dsn import Dsn
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.project import Application

HEALTH = re.compile(r"health|ready|readiness|status", re.IGNORECASE)
LIVENESS = re.compile(r"live|alive|ping", re.IGNORECASE)
NOBODY = Dsn(host="127.0.0.1", port=9, user="nobody", database="nothing")  # the discard port
SUCCESS = range(200, 400)
MEMORY = 2  # seconds


@check(Severity.ERROR)
def oblivious_health(app: Application) -> Iterator[Finding]:
    """The application says it is ready while its database is down.

    A load balancer then keeps sending requests to an instance that can answer none of them, and a
    rolling deploy takes the last healthy one away.

    ```python bad main.py
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}
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
    paths = [path for path in app.paths if HEALTH.search(path) and not LIVENESS.search(path)]
    if not paths:
        raise NotApplicable("the application documents no health endpoint")
    for path in paths:
        try:
            answer = app.get(path, NOBODY)
            if answer.status in SUCCESS:  # an answer may be remembered for a moment
                time.sleep(MEMORY)
                answer = app.get(path, NOBODY)
        except TimeoutError:
            yield Finding(path, "gives no answer while the database is down", "bound the wait")
        except RuntimeError as error:
            raise Unknown(str(error)) from None
        else:
            if answer.status in SUCCESS:
                yield Finding(
                    path,
                    f"answers {answer.status} while the database is down",
                    "run SELECT 1 with a short timeout, and answer 503 where it fails",
                )
