from pathlib import Path

import pytest

from verification.checks.models.unstorable_value import unstorable_value
from verification.config import Config
from verification.databases import Server
from verification.engine import look
from verification.report import Result
from verification.target import Target
from verification.testing import _forgotten, _fresh_models

HEAD = """
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from pydantic import AwareDatetime, BaseModel, EmailStr, StringConstraints, Field as Rule
from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Numeric, String, Integer
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import Field, Relationship, SQLModel
Safe = Annotated[str, StringConstraints(pattern=r"^[^\\x00]*$", max_length=40)]
"""


def judged(server: Server, root: Path, models: str, app: str = "") -> Result:
    (root / "models.py").write_text(HEAD + models)
    base = "Base" if "class Base(" in models else "SQLModel"
    settings = {"metadata": f"models:{base}.metadata"}
    if app:
        (root / "main.py").write_text(app)
        settings["app"] = "main:app"
    with _fresh_models(), _forgotten(root):
        config = Config.of(root, settings)
        with Target(config=config, environment={}, server=server) as target:
            return look(unstorable_value, target)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("text: str", "'\\x00'"),
        ("n: int", "2147483648 (22003"),
        ("text: Safe = Field(sa_type=String(10))", "'x' * 11 (22001"),
        ("text: Annotated[str, Rule(pattern=r'^[^\\x00]*$')] = Field(index=True)", "(54000"),
        ("amount: Decimal = Field(max_digits=None, sa_type=Numeric(10, 2))", "(22003"),
        ("at: datetime", "zone"),
        ("data: dict[str, Any] = Field(sa_type=JSONB)", "'\\x00'"),
        ("words: list[str] = Field(sa_type=ARRAY(String))", "'\\x00'"),
        ("mail: Annotated[str, Rule(pattern='@')]", "\\x00"),
    ],
)
def test_names_the_smallest_value(
    disposable_server: Server, tmp_path: Path, column: str, said: str
) -> None:
    models = f"""
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    {column}
"""
    result = judged(disposable_server, tmp_path, models)
    (finding,) = result.findings
    assert said in finding.message
    assert finding.subject == f"public.hero.{column.split(':', maxsplit=1)[0]}"
    assert finding.location is not None
    assert finding.location.line == models.split("\n").index(f"    {column}") + HEAD.count("\n") + 1


@pytest.mark.parametrize(
    "models",
    [
        # What only the server sets is nobody's input.
        """
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    hashed_password: str
    views: int = 0
class HeroCreate(SQLModel):
    name: Safe
    password: str
""",
        # What a client is shown is no input either.
        """
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
class HeroPublic(SQLModel):
    id: int
    name: str
class HeroIn(BaseModel):
    name: Safe
""",
        # Without a Pydantic class there is nothing that accepts anything.
        """
class Base(DeclarativeBase): ...
class Owned:
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
class Thing(Owned, Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
class ThingCreate(BaseModel):
    owner_id: Annotated[int, Rule(ge=1, le=2**31 - 1)]
""",
    ],
)
def test_leaves_in_peace(disposable_server: Server, tmp_path: Path, models: str) -> None:
    result = judged(disposable_server, tmp_path, models)
    assert (result.findings, result.reason) == ((), "")


def test_asks_the_bodies_of_the_application(disposable_server: Server, tmp_path: Path) -> None:
    models = """
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    age: int
class HeroBody(BaseModel):
    name: Safe
class HeroCreate(BaseModel):
    age: int
"""
    app = """
from fastapi import FastAPI
from models import HeroBody
app = FastAPI()
@app.post("/heroes")
def create(hero: HeroBody) -> None: ...
"""
    assert judged(disposable_server, tmp_path, models, app).findings == ()
    swapped = app.replace("HeroBody", "HeroCreate")
    (finding,) = judged(disposable_server, tmp_path, models, swapped).findings
    assert finding.subject == "public.hero.age"
