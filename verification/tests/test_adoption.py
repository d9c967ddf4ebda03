from pathlib import Path

import pytest

from verification.adoption import Found, complete, demanded, driver_of, find_out
from verification.config import Config, ConfigError
from verification.init import main

SQLMODEL = "from sqlmodel import SQLModel\nclass Hero(SQLModel, table=True):\n    id: int\n"
ALCHEMY = (
    "from sqlalchemy.orm import DeclarativeBase\n"
    "class Base(DeclarativeBase): ...\n"
    "class Hero(Base):\n    __tablename__ = 'hero'\n"
)
APP = "from fastapi import FastAPI\napp = FastAPI()\n"
FACTORY = (
    "from fastapi import FastAPI\ndef build(debug=False):\n    it = FastAPI()\n    return it\n"
)

PROJECTS = {
    "flat": (
        {"main.py": APP, "models.py": SQLMODEL},
        Found("main:app", ("sqlmodel:SQLModel.metadata",), ("models",)),
    ),
    "package": (
        {"svc/__init__.py": "", "svc/main.py": APP, "svc/db/models.py": ALCHEMY},
        Found("svc.main:app", ("svc.db.models:Base.metadata",), ("svc.db.models",)),
    ),
    "src layout": (
        {"src/svc/__init__.py": "", "src/svc/api.py": APP, "src/svc/models.py": ALCHEMY},
        Found("svc.api:app", ("svc.models:Base.metadata",), ("svc.models",)),
    ),
    "factory": (
        {"svc/__init__.py": "", "svc/web.py": FACTORY},
        Found("svc.web:build", (), ()),
    ),
    "made by the factory": (
        {"svc/web.py": FACTORY, "svc/main.py": "from svc.web import build\napp = build()\n"},
        Found("svc.main:app", (), ()),
    ),
    "made by one that must be told something": (
        {
            "setup.py": APP,
            "svc/setup.py": FACTORY.replace("debug=False", "router"),
            "svc/main.py": "from svc.setup import build\napp = build(router=1)\n",
        },
        Found("svc.main:app", (), ()),
    ),
    "folder that is no package": (
        {
            "backend/app/__init__.py": "",
            "backend/app/core.py": "",
            "backend/app/main.py": "import app.core\n" + APP,
            "backend/app/models.py": "import app.core\n" + SQLMODEL,
        },
        Found("app.main:app", ("sqlmodel:SQLModel.metadata",), ("app.models",), ("backend",)),
    ),
    "core tables": (
        {
            "svc/tables.py": "from sqlalchemy import MetaData, Table\nmeta = MetaData()\n"
            "hero = Table('hero', meta)\n"
        },
        Found("", ("svc.tables:meta",), ("svc.tables",)),
    ),
    "models in several modules": (
        {
            "a/base.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
            "a/x.py": "from a.base import Base\nclass X(Base):\n    __tablename__ = 'x'\n",
            "a/y.py": "from a.base import Base\nclass Y(Base):\n    __tablename__ = 'y'\n",
        },
        Found("", ("a.base:Base.metadata",), ("a.x", "a.y")),
    ),
    "tables named by their base": (
        {
            "a/base.py": "class Base(DeclarativeBase): pass\n",
            "a/x.py": "from a.base import Base\nclass X(Base):\n    id: M = mapped_column()\n",
            "a/y.py": "from a.base import Base\nclass Y(Base):\n    id = db.Column(Integer)\n",
        },
        Found("", ("a.base:Base.metadata",), ("a.x", "a.y")),
    ),
    "tests and environments are not the project": (
        {
            "main.py": APP,
            "tests/app.py": APP,
            ".venv/lib/main.py": APP,
            "env2/pyvenv.cfg": "",
            "env2/main.py": APP,
        },
        Found("main:app", (), ()),
    ),
}  # fmt: skip - a project a line or two


def laid_out(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("name", PROJECTS)
def test_what_the_source_shows(name: str, tmp_path: Path) -> None:
    files, found = PROJECTS[name]
    assert find_out(laid_out(tmp_path, files)) == found


def test_settings_that_demand_variables_are_given_harmless_ones(tmp_path: Path) -> None:
    settings = (
        "from typing import Literal\nimport os\n"
        "from pydantic import Field, PostgresDsn\nfrom pydantic_settings import BaseSettings\n"
        "class Common(BaseSettings):\n"
        "    class Config:\n        env_prefix = 'SVC_'\n"
        "    url: PostgresDsn\n    workers: int\n    stage: Literal['dev', 'prod']\n"
        "    secret: str\n    given: str\n    name: str = 'x'\n"
        "    other: str = Field(alias='OTHER')\n"
        "class More(Common):\n    hosts: list[str]\n    free: str = Field(default='y')\n"
        "REGION = os.environ['REGION']\n"
    )
    root = laid_out(tmp_path, {"settings.py": settings, ".env": "SVC_GIVEN=1\n"})
    needed = demanded(root)
    assert set(needed) == {
        "SVC_URL",
        "SVC_WORKERS",
        "SVC_STAGE",
        "SVC_SECRET",
        "OTHER",
        "HOSTS",
        "REGION",
    }  # fmt: skip - one line reads better
    assert needed["SVC_URL"].startswith("postgresql+psycopg2://nobody@")
    assert (needed["SVC_WORKERS"], needed["SVC_STAGE"], needed["HOSTS"]) == ("1", "dev", "[]")


STARLETTE = """
from starlette.config import Config
conf = Config(".env")
class S:
    KEY: str = conf("KEY")
    N: int = conf("N", cast=int)
    A = conf("A", default="")
"""
DECOUPLE = """
from decouple import config
KEY, N, A = config("KEY"), config("N", cast=int), config("A", default=1)
"""
ENVIRONS = """
from environs import Env
env = Env()
KEY, N, A = env("KEY"), env.int("N"), env.str("A", "x")
"""


@pytest.mark.parametrize("text", [STARLETTE, DECOUPLE, ENVIRONS])
def test_readers_of_settings_are_given_what_they_ask_for(text: str, tmp_path: Path) -> None:
    needed = demanded(laid_out(tmp_path, {"settings.py": text}))
    assert (set(needed), needed["N"]) == ({"KEY", "N"}, "1")


def test_what_a_variable_is_made_into_tells_its_value(tmp_path: Path) -> None:
    settings = (
        "import os\n"
        "PORT = int(os.environ['REDIS_PORT'])\nN = int(os.environ['WORKERS'])\n"
        "R = float(os.environ['RATE'])\nH = os.environ['DB_HOST']\n"
        "U = os.environ['FRONTEND_URL']\nS = os.environ['SECRET']\n"
    )
    needed = demanded(laid_out(tmp_path, {"settings.py": settings}))
    assert int(needed["REDIS_PORT"]) > 0
    assert (needed["WORKERS"], needed["RATE"], needed["DB_HOST"]) == ("1", "1.0", "127.0.0.1")
    assert needed["FRONTEND_URL"].startswith("http://")
    assert len(needed["SECRET"]) > 30


IN_A_FOLDER = {
    ".env": "# ours\nexport NAME='A shop # 1'\nPORT=5432 # usual\nDATABASE_URL=postgresql://h/x\n"
    "NEON_API_KEY=napi_x\nUNASKED=1\n",
    "backend/app/core.py": "",
    "backend/app/main.py": "import app.core\nfrom pydantic_settings import BaseSettings\n"
    "class Settings(BaseSettings):\n    NAME: str\n    port: int\n    DATABASE_URL: str\n"
    "    NEON_API_KEY: str\n    REST: str\n" + APP,
}


@pytest.mark.parametrize("configured", [(), ("sqlmodel:SQLModel.metadata",)])
def test_what_the_settings_would_find_in_env_is_given_wherever_they_run(
    configured: tuple[str, ...], tmp_path: Path
) -> None:
    """Settings with `env_file="../.env"` find it only in their own folder."""
    root = laid_out(tmp_path, IN_A_FOLDER)
    config = Config(root=root, metadata=configured, environment={"port": "1"})
    environment = complete(config, {}).environment
    assert environment["NAME"] == "A shop # 1"
    assert environment["port"] == "1"
    assert environment.keys() & {"DATABASE_URL", "NEON_API_KEY", "UNASKED"} == set()
    assert ("REST" in environment) is (len(configured) == 0)
    assert complete(config, {"NAME": "mine"}).environment.get("NAME") is None


def test_a_configured_project_is_believed(tmp_path: Path) -> None:
    laid_out(tmp_path, {"main.py": APP})
    config = Config(root=tmp_path, metadata=("m:meta",))
    assert complete(config, {}) == config
    assert complete(Config(root=tmp_path), {}).app == "main:app"


def test_init_writes_what_a_run_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid_out(tmp_path, {"main.py": APP, "models.py": SQLMODEL, "pyproject.toml": "[tool.x]\na = 1"})
    assert main(["--root", str(tmp_path)]) == 0
    config = Config.load(tmp_path)
    assert (config.app, config.models) == ("main:app", ("models",))
    assert "[tool.verification]" in capsys.readouterr().out
    with pytest.raises(ConfigError, match="already"):
        main(["--root", str(tmp_path)])


def test_init_where_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no FastAPI application"):
        main(["--root", str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "driver"),
    [
        ({"db.py": "create_async_engine(url)"}, "asyncpg or psycopg"),
        ({"db.py": "create_engine(url)"}, "psycopg2"),
        (
            {"db.py": "AsyncEngine(create_engine(url))", "requirements.txt": "asyncpg\n"},
            "asyncpg",
        ),
        ({"db.py": "create_engine('postgresql+psycopg://x')"}, "psycopg"),
        ({"db.py": "create_engine(u)", "requirements.txt": "psycopg[binary]>=3\n"}, "psycopg"),
        ({"db.py": "create_engine(u)", "requirements.txt": "psycopg2-binary\n"}, "psycopg2"),
        (
            {
                "db.py": "create_async_engine(u)",
                "pyproject.toml": "[project]\ndependencies = ['asyncpg>=0.29', 'psycopg2']\n",
            },
            "asyncpg",
        ),
        (
            {
                "db.py": "create_async_engine(u)",
                ".env.example": "DATABASE_URL=postgresql+psycopg://u@h/d",
            },
            "psycopg",
        ),
    ],
)
def test_the_driver_that_urls_are_meant_for(
    files: dict[str, str], driver: str, tmp_path: Path
) -> None:
    assert driver_of(laid_out(tmp_path, files)) in driver.split(" or ")
