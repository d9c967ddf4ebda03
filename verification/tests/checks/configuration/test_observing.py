"""What is seen of projects that make their engines in very different ways."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from verification.config import Config
from verification.engines.observing import CANARY, observe
from verification.engines.settings import Observed

NEON = "postgresql://alex:real@ep-a-1-pooler.us-east-2.aws.neon.tech/shop?sslmode=require"
Observe = Callable[..., Observed]


@pytest.fixture
def see(tmp_path: Path) -> Observe:
    def look(url: str = NEON, alembic: str = "", app: str = "", **files: str) -> Observed:
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        models = tuple(name.replace("__", ".") for name in files if name in {"database", "models"})
        config = Config(root=tmp_path, app=app, models=() if app else models)
        environment = {"PATH": os.environ["PATH"]}
        return observe(config, environment, url, "", str(tmp_path / alembic) if alembic else "")

    return look


def test_the_driver_is_given_what_url_and_code_say(see: Observe) -> None:
    seen = see(
        database="""
import os
from sqlalchemy import create_engine, make_url

engine = create_engine(
    make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg2"),
    pool_size=3, max_overflow=7, pool_recycle=240, pool_pre_ping=True,
    connect_args={"connect_timeout": 12},
)
"""
    )
    (engine,) = seen.engines
    assert (engine.driver, engine.pool, engine.keeps_connections) == ("psycopg2", "QueuePool", True)
    assert (engine.size, engine.overflow, engine.most) == (3, 7, 10)
    assert (engine.recycle, engine.pre_ping) == (240, True)
    assert engine.argument("connect_timeout") == "12"
    assert engine.argument("sslmode") == "require"
    assert engine.arguments["password"] == "***"
    assert str(engine.location) == "database.py:5"
    assert seen.leaks == ()
    assert CANARY not in repr(seen)


def test_an_engine_that_is_made_by_the_first_request(see: Observe) -> None:
    seen = see(
        app="web:make",
        web="""
from functools import lru_cache
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

@lru_cache
def engine():
    return create_async_engine("postgresql+asyncpg://u:p@h.example/d", poolclass=NullPool)

def make():
    app = FastAPI()

    @app.get("/items")
    async def items():
        async with engine().connect() as connection:
            await connection.execute(text("SELECT 1"))

    return app
""",
    )
    (engine,) = seen.engines
    assert (engine.driver, engine.pool, engine.most) == ("asyncpg", "NullPool", 0)
    assert str(engine.location) == "web.py:10"


def test_a_connection_function_of_the_projects_own_is_not_called(see: Observe) -> None:
    seen = see(
        database="""
from pathlib import Path
from sqlalchemy import create_engine

def connect():
    Path("connected").touch()
    raise SystemExit

engine = create_engine("postgresql+psycopg2://", creator=connect)
"""
    )
    (engine,) = seen.engines
    assert engine.own_creator
    assert engine.arguments == {}


def test_engines_of_migrations_tests_and_other_databases_are_left_out(see: Observe) -> None:
    make = "from sqlalchemy import create_engine\ncreate_engine('{}://')\n"
    seen = see(
        models="import scripts.load, tests.data, sqlite_cache\n",
        scripts__load=make.format("postgresql+psycopg2"),
        tests__data=make.format("postgresql+psycopg2"),
        sqlite_cache=make.format("sqlite"),
    )
    assert seen.engines == ()


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("raise ValueError('no')", "ValueError: no"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("import nothing_like_it", "ModuleNotFoundError"),
    ],
)
def test_code_that_does_not_start(see: Observe, text: str, trouble: str) -> None:
    seen = see(database=text)
    assert seen.engines == ()
    assert seen.trouble[0].startswith(trouble)


def test_the_error_that_ends_the_start_may_tell_the_password(see: Observe) -> None:
    seen = see(database="import os\nraise ValueError(os.environ['DATABASE_URL'])\n")
    assert [leak.place for leak in seen.leaks] == ["the error that ends the start-up"]
    assert CANARY not in repr(seen)


def test_answers_and_settings_that_tell_the_password(see: Observe) -> None:
    seen = see(
        app="web:app",
        web="""
import os
from fastapi import FastAPI
from pydantic import BaseModel

class Settings(BaseModel):
    url: str

def get_settings():
    return Settings(url=os.environ["DATABASE_URL"])

app = FastAPI()

@app.get("/health")
def health():
    return {"database": os.environ["DATABASE_URL"]}
""",
    )
    assert [leak.place for leak in seen.leaks] == ["the answer to GET /health"]
    assert seen.revealing == ("repr(web.get_settings())",)


MODEL = """
from sqlalchemy.orm import Mapped, mapped_column
from shop.base import Base

class {name}(Base):
    __tablename__ = "{table}"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def test_a_model_that_env_py_does_not_import(see: Observe, tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    seen = see(
        alembic="alembic.ini",
        models="import shop.hero\n",
        shop__base="from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n",
        shop__hero=MODEL.format(name="Hero", table="hero"),
        shop__team=MODEL.format(name="Team", table="team"),
        shop__tests__models=MODEL.format(name="Odd", table="odd"),
        migrations__env="""
from alembic import context
import shop.hero
from shop.base import Base

def run():
    context.configure(url="postgresql+psycopg2://", target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()

if context.is_offline_mode():
    run()
else:
    raise SystemExit("must not connect")
""",
    )
    assert seen.registered == 1
    (team,) = seen.unregistered
    assert (team.name, team.table, str(team.location)) == (
        "shop.team.Team",
        "team",
        "shop/team.py:5",
    )


def test_a_url_that_cannot_be_read_is_handed_on(see: Observe) -> None:
    seen = see(
        url="mysql://u:p@h/d",
        database="import os\nfrom sqlalchemy import create_engine\n"
        "create_engine(os.environ['DATABASE_URL'])\n",
    )
    assert seen.engines == ()
    assert seen.trouble


def test_what_functions_of_the_projects_own_give_to_the_driver(see: Observe) -> None:
    pytest.importorskip("asyncpg")
    seen = see(
        database="""
import os
import ssl
import asyncpg
import psycopg2
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

DSN = os.environ["DATABASE_URL"]

async def connect():
    plain = DSN.partition("?")[0]
    return await asyncpg.connect(plain, ssl=ssl.create_default_context(), statement_cache_size=0)

first = create_async_engine("postgresql+asyncpg://", async_creator=connect)
second = create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect(DSN))
third = create_engine("postgresql+psycopg2://", creator=lambda: 1 / 0)
"""
    )
    first, second, third = seen.engines
    assert [engine.own_creator for engine in seen.engines] == [True, True, True]
    assert first.argument("ssl") == "verify-full"
    assert first.argument("statement_cache_size") == "0"
    assert (second.host, second.argument("sslmode")) == (
        "ep-a-1-pooler.us-east-2.aws.neon.tech",
        "require",
    )
    assert third.arguments == {}
    assert CANARY not in repr([engine.arguments for engine in seen.engines])


def test_where_an_env_py_connects_to(see: Observe, tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    seen = see(
        alembic="alembic.ini",
        migrations__env="""
import asyncio, os
from alembic import context
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

async def run():
    url = make_url(os.environ["DATABASE_URL"].partition("?")[0].replace("-pooler", ""))
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        await connection.run_sync(context.configure)

if context.is_offline_mode():
    context.configure(url="postgresql://", target_metadata=None)
else:
    asyncio.run(run())
""",
    )
    assert seen.migration_host == "ep-a-1.us-east-2.aws.neon.tech"
