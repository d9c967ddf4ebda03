import os
import time
from pathlib import Path

import pytest

from verification.service import Gone, NotStarted, Request
from verification.tests.service.conftest import Make

ASYNC = """
import os
from fastapi import FastAPI, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI()
engine = create_async_engine(os.environ["DATABASE_URL"])

@app.get("/database")
async def database() -> str:
    async with engine.connect() as connection:
        return (await connection.execute(text("SELECT current_database()"))).scalar_one()
"""
RAW = """
import psycopg, psycopg2, asyncpg
from fastapi import FastAPI
app = FastAPI()
REAL = "postgresql://real:secret@db.example.com:6543/real?sslmode=verify-full"

@app.get("/psycopg2")
def one() -> str:
    return psycopg2.connect(REAL).info.dbname

@app.get("/named")
def named() -> str:
    return psycopg2.connect(dbname="real", host="db.example.com").info.dbname

@app.get("/psycopg")
def two() -> str:
    return psycopg.connect(REAL).info.dbname

@app.get("/async-psycopg")
async def three() -> str:
    return (await psycopg.AsyncConnection.connect(REAL)).info.dbname

@app.get("/asyncpg")
async def four() -> str:
    connection = await asyncpg.connect(REAL)
    return await connection.fetchval("SELECT current_database()")

@app.get("/pool")
async def five() -> str:
    async with asyncpg.create_pool(REAL, min_size=1) as pool:
        return await pool.fetchval("SELECT current_database()")
"""
ENGINE = """
import os
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
def create_app(more: int = 1):
    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://prod.example.com/prod", poolclass=NullPool)

    @app.get("/database")
    def database() -> str:
        with engine.connect() as connection:
            return connection.execute(text("SELECT current_database()")).scalar_one()
    return app
"""
PLAIN = """
import os, sys, time, asyncio
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request

@asynccontextmanager
async def lifespan(app):
    app.state.started = getattr(app.state, "started", 0) + 1
    yield {"given": 7}

app = FastAPI(lifespan=lifespan)
seen = 0
print("noise on stdout")
print("noise on stderr", file=sys.stderr)
os.write(1, b"noise on the descriptor")

@app.get("/count")
def count(request: Request) -> list[int]:
    global seen
    seen += 1
    return [seen, app.state.started, request.state.given]

@app.get("/sleep")
async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)

@app.get("/block")
async def block(seconds: float) -> None:
    time.sleep(seconds)

@app.get("/exit")
def leave() -> None:
    os._exit(3)

@app.get("/raise")
def fail() -> None:
    raise ValueError("no")

@app.post("/echo")
async def echo(request: Request) -> dict[str, str]:
    return {"body": (await request.body()).decode(), "folder": os.getcwd()}

@app.get("/waits")
async def waits(request: Request) -> bool:
    while not await request.is_disconnected():
        await asyncio.sleep(0.01)
    return True
"""


def test_an_asynchronous_engine_gets_a_url_with_a_driver(make: Make) -> None:
    with make(ASYNC).fresh() as (running, dsn):
        answer = running.get("/database")
    assert answer.json() == dsn.database
    assert answer.statements[-1].text == "SELECT current_database()"


def test_every_driver_is_diverted(make: Make) -> None:
    with make(RAW).fresh() as (running, dsn):
        for path in ("/psycopg2", "/named", "/psycopg", "/async-psycopg", "/asyncpg", "/pool"):
            answer = running.get(path)
            assert answer.json() == dsn.database, (path, answer.error)


def test_a_factory_and_an_engine_that_names_another_server(make: Make) -> None:
    with make(ENGINE, "main:create_app").fresh() as (running, dsn):
        assert running.get("/database").json() == dsn.database


def test_nothing_of_one_life_is_left_in_the_next(make: Make) -> None:
    service = make(PLAIN)
    for _ in range(2):
        with service.fresh() as (running, _):
            assert running.get("/count").json() == [1, 1, 7]
            assert running.get("/count").json() == [2, 1, 7]


def test_a_body_and_the_folder_of_the_project(make: Make, tmp_path: Path) -> None:
    with make(PLAIN).fresh() as (running, _):
        answer = running.ask(Request.of("POST", "/echo", {"a": "\u0000é"}))
    assert answer.json() == {"body": '{"a": "\\u0000\\u00e9"}', "folder": str(tmp_path)}


def test_what_the_application_raises_is_a_500(make: Make) -> None:
    with make(PLAIN).fresh() as (running, _):
        answer = running.get("/raise")
    assert (answer.status, answer.body) == (500, "Internal Server Error")
    assert answer.error == "ValueError: no"


def test_a_request_that_hangs_costs_no_more_than_patience(make: Make) -> None:
    with make(PLAIN).fresh() as (running, _):
        slow, quick = running.together(
            [Request("GET", "/sleep?seconds=60"), Request("GET", "/count")], 1
        )
    assert (slow.came, quick.status) == (False, 200)


def test_a_blocked_loop_is_ended_all_the_same(make: Make) -> None:
    begun = time.monotonic()
    with make(PLAIN).fresh() as (running, _):
        assert not running.get("/block?seconds=60", 0.5).came
        process = running.process
    assert process.poll() is not None
    assert time.monotonic() - begun < 30


def test_a_client_that_leaves(make: Make) -> None:
    with make(PLAIN).fresh() as (running, _):
        answer = running.ask(Request("GET", "/waits", leave_after=0.2))
    assert answer.json() is True


def test_a_process_that_ends_by_itself(make: Make) -> None:
    with make(PLAIN).fresh() as (running, _):
        with pytest.raises(Gone):
            running.get("/exit")
        with pytest.raises(Gone):
            running.get("/count")


def test_no_process_is_left_behind_by_an_error(make: Make) -> None:
    class Stop(Exception):
        pass

    seen = []

    def fail() -> None:
        with make(PLAIN).fresh() as (running, _):
            seen.append(running.process)
            raise Stop

    with pytest.raises(Stop):
        fail()
    assert seen[0].poll() is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import nothing_like_it", "No module named 'nothing_like_it'"),
        ("raise SystemExit(0)", "SystemExit"),
        ("import os; os._exit(1)", "ended while it was starting"),
        (
            "from fastapi import FastAPI\nfrom contextlib import asynccontextmanager\n"  # noqa: ISC004 - one text
            "async def life(app):\n    raise RuntimeError('the moon')\n    yield\n"
            "app = FastAPI(lifespan=asynccontextmanager(life))",
            "the moon",
        ),
    ],
)
def test_an_application_that_does_not_start_says_why(make: Make, text: str, says: str) -> None:
    with pytest.raises(NotStarted, match=says), make(text).fresh():
        pass


def test_the_variables_of_a_project_reach_it_and_only_it(make: Make) -> None:
    text = PLAIN + "\n@app.get('/colour')\ndef colour() -> str:\n    return os.environ['COLOUR']\n"
    with make(text, COLOUR="red").fresh() as (running, _):
        assert running.get("/colour").json() == "red"
    assert "COLOUR" not in os.environ
