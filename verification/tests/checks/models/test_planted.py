"""One planted defect for each check and its repaired twin, told apart by a single line."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from verification.databases import Server
from verification.engine import discover
from verification.report import Result, Status
from verification.testing import Block, Example, verdict

HEAD = """\
import enum
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4
from pydantic import (AwareDatetime, BaseModel, EmailStr, Field as Rule, HttpUrl,
    StringConstraints, UrlConstraints, model_validator)
from sqlalchemy import JSON, CheckConstraint, Column, DateTime, ForeignKey, Numeric, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlmodel import Field, Relationship, SQLModel
Safe = Annotated[str, StringConstraints(pattern=r"^[^\\x00]*$", max_length=40)]
"""
KEY = "    id: int | None = Field(default=None, primary_key=True)\n"
TABLE = f"class Hero(SQLModel, table=True):\n{KEY}"
MAPPED = """class Base(DeclarativeBase): ...
class Hero(Base):
    __tablename__ = "hero"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
TEAM = f"class Team(SQLModel, table=True):\n{KEY}"


def checked(rule: str, field: str) -> str:
    """A table with a CHECK and a line for a field."""
    return (
        "class Hero(SQLModel, table=True):\n"
        f'    __table_args__ = (CheckConstraint("{rule}", name="ruled"),)\n{KEY}'
        f"    {field}\n"
    )


MOOD = "Mood = enum.Enum('Mood', ['happy', 'sad'])\n"
REFERRING = TABLE + '    team_id: int | None = Field(default=None, foreign_key="team.id")\n'
RELATED = REFERRING + "    team: Team | None = Relationship()\n"
MOMENT = (
    "EARLY, LATE = (datetime(year, 1, 1, tzinfo=UTC) for year in (1900, 2200))\n"
    + MAPPED
    + "    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))\n"
)
ORDERED = """class Ordered(SQLModel):
    @model_validator(mode="after")
    def order(self) -> Any:
        if self.b < self.a:
            raise ValueError("b comes after a")
        return self
class Lenient(SQLModel):
    @model_validator(mode="after")
    def order(self) -> Any:
        return self
"""
APP = "from fastapi import FastAPI\nfrom models import *\napp = FastAPI()\n"


def built(*statements: str) -> Mapping[str, str]:
    """The only migration of a project."""
    upgrade = "".join(f"    op.execute({statement!r})\n" for statement in statements)
    return {
        "versions/1_start.py": "from alembic import op\nrevision, down_revision = '1', None\n"
        f"def upgrade() -> None:\n{upgrade}def downgrade() -> None: ...\n"
    }


@dataclass(frozen=True)
class Plant:
    """The check, what it must name, a project with `@@` where the two lines go."""

    check: str
    subject: str
    wrong: str
    right: str
    models: str = TABLE + "    @@\n"
    sql: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    at: str = "@@"  # what the line has that is to be named


CREATE = "CREATE TABLE hero (id serial PRIMARY KEY, {}); INSERT INTO hero ({}) VALUES {};"
PLANTS = [
    Plant("models/unenforced-rule", "v", "v: int = Field(ge=0)", "v: int"),
    Plant("models/unenforced-rule", "v", "v: str = Field(min_length=3)", "v: str"),
    Plant("models/unenforced-rule", "v", "v: Annotated[str, Rule(pattern='^[a-z]+$')]", "v: str"),
    Plant("models/unenforced-rule", "v", "v: Literal['a', 'b'] = Field(sa_type=String)", "v: str"),
    Plant("models/unmodelled-rule", "v", "v: int = Field(ge=0, le=99)",
          "v: int = Field(ge=5, le=99)", checked("v >= 5", "@@")),
    Plant("models/unmodelled-rule", "v", "v: Safe", "v: Annotated[Safe, Rule(min_length=2)]",
          checked("char_length(v) >= 2", "@@")),
    Plant("models/unmodelled-rule", "v", "v: Safe", "v: Annotated[Safe, Rule(pattern='^[ab]$')]",
          checked("v IN ('a', 'b')", "@@")),
    Plant("models/contradictory-rule", "v", "v: int = Field(ge=7, le=99)",
          "v: int = Field(ge=1, le=5)", checked("v <= 5", "@@")),
    Plant("models/unstorable-value", "v", "v: int", "v: int = Field(ge=0, le=99)"),
    Plant("models/unstorable-value", "v", "v: str", "v: Safe"),
    Plant("models/unstorable-value", "v", "v: Safe = Field(sa_type=String(9))", "v: Safe"),
    Plant("models/altered-value", "v",
          "v: Decimal = Field(ge=0, le=9, sa_type=Numeric(5, 2))",
          "v: Decimal = Field(ge=0, le=9, max_digits=5, decimal_places=2)"),
    Plant("models/nullable-mismatch", "v", "v: str = Field(nullable=True)", "v: str"),
    Plant("models/nullable-mismatch", "v", "v: Mapped[str | None] = mapped_column(nullable=False)",
          "v: Mapped[str | None]", MAPPED + "    @@\n"),
    Plant("models/ambiguous-default", "v", "v: bool = True", "v: bool"),
    Plant("models/shared-mutable-default", "v", "v: Mapped[Any] = mapped_column(JSON, default=[])",
          "v: Mapped[Any] = mapped_column(JSON, default=list)", MAPPED + "    @@\n"),
    Plant("models/shared-mutable-default", "v", "v: Mapped[Any] = mapped_column(JSON, default={})",
          "v: Mapped[Any] = mapped_column(JSON, default=dict)", MAPPED + "    @@\n"),
    Plant("models/import-time-default", "v", "v: datetime = Field(default=datetime.now(UTC))",
          "v: datetime = Field(default_factory=lambda: datetime.now(UTC))"),
    Plant("models/import-time-default", "v", "v: UUID = Field(default=uuid4())",
          "v: UUID = Field(default_factory=uuid4)"),
    Plant("models/stale-updated-at", "updated_at", "updated_at: datetime",
          "updated_at: datetime = Field(sa_column_kwargs={'onupdate': datetime.now})"),
    Plant("models/naive-datetime-field", "v", "v: datetime = Field(sa_type=DateTime)",
          "v: datetime = Field(sa_type=DateTime(timezone=True))"),
    Plant("models/inexact-money-field", "price", "price: float",
          "price: Decimal = Field(max_digits=9, decimal_places=2)"),
    Plant("models/case-mangled-unique", "email", "email: str = Field(unique=True)",
          "email: Annotated[str, StringConstraints(to_lower=True)] = Field(unique=True)"),
    Plant("models/mismatched-cascade", "team_id",
          "team_id: Mapped[int] = mapped_column(ForeignKey('hero.id', ondelete='SET NULL'))",
          "team_id: Mapped[int] = mapped_column(ForeignKey('hero.id', ondelete='CASCADE'))",
          MAPPED + "    @@\n"),
    Plant("models/mismatched-cascade", "heroes",
          'heroes: list["Hero"] = Relationship(cascade_delete=True, passive_deletes=True)',
          'heroes: list["Hero"] = Relationship(cascade_delete=True)',
          TEAM + "    @@\n" + TABLE + "    team_id: int = Field(foreign_key='team.id')\n"),
    Plant("data/violating-rows", "v", "v: int = Field(ge=0)", "v: int",
          sql=CREATE.format("v int", "v", "(1), (-1)")),
    Plant("data/violating-rows", "v", "v: str", "v: str | None",
          sql=CREATE.format("v text", "v", "('a'), (NULL)")),
    Plant("data/unknown-enum-value", "v", "v: Literal['a'] = Field(sa_type=String)", "v: str",
          sql=CREATE.format("v text", "v", "('a'), ('b')")),
    Plant("data/duplicated-rows", "hero_v_key", "v: str = Field(unique=True)", "v: str",
          sql=CREATE.format("v text", "v", "('a'), ('a')")),
    Plant("data/orphaned-rows", "hero_v_fkey", "v: int = Field(foreign_key='hero.id')", "v: int",
          sql=CREATE.format("v int", "v", "(1), (9)")),
    Plant("data/blank-required-text", "v", "v: str", "v: str = ''",
          sql=CREATE.format("v text NOT NULL", "v", "('a'), ('')")),
    Plant("constraints/dead-constraint", "ruled",
          '__table_args__ = (CheckConstraint("v >= 0 OR true", name="ruled"),)',
          '__table_args__ = (CheckConstraint("v >= 0", name="ruled"),)',
          TABLE + "    v: int\n    @@\n"),
    Plant("constraints/dead-constraint", "ruled",
          '__table_args__ = (CheckConstraint("v IS NULL OR v IS NOT NULL", name="ruled"),)',
          '__table_args__ = (CheckConstraint("v <> 3", name="ruled"),)',
          TABLE + "    v: int\n    @@\n"),
    Plant("constraints/overeager-constraint", "ruled",
          '__table_args__ = (CheckConstraint("a < b", name="ruled"),)',
          '__table_args__ = (CheckConstraint("a < 5", name="ruled"),)',
          TABLE + "    a: int\n    b: int\n    @@\n", at="class Hero("),
    Plant("constraints/wrong-delete-action", "hero_team_id_fkey",
          "team_id: int = Field(foreign_key='team.id', ondelete='CASCADE')",
          "team_id: int = Field(foreign_key='team.id')",
          TEAM + TABLE + "    @@\n", files=built(
              "CREATE TABLE team (id serial PRIMARY KEY)",
              "CREATE TABLE hero (id serial PRIMARY KEY, team_id int NOT NULL REFERENCES team)")),
    Plant("models/enum-mismatch", "v",
          "v: Mood = Field(default=Mood.sad)", "v: str", MOOD + TABLE + "    @@\n",
          files=built("CREATE TYPE mood AS ENUM ('happy')",
                      "CREATE TABLE hero (id serial PRIMARY KEY, v mood NOT NULL)")),
    Plant("models/implicit-lazy-load", "heroes",
          'heroes: list["Hero"] = Relationship(back_populates="team")',
          'heroes: list["Hero"] = Relationship(back_populates="team",'
          ' sa_relationship_kwargs={"lazy": "selectin"})',
          TEAM + "    @@\n" + RELATED
          + "class TeamPublic(SQLModel):\n    id: int\n    heroes: list[Any]\n"),
    Plant("models/missing-back-reference", "team",
          'team: Team | None = Relationship(sa_relationship_kwargs={"overlaps": "heroes"})',
          'team: Team | None = Relationship(back_populates="heroes")',
          TEAM + '    heroes: list["Hero"] = Relationship()\n' + REFERRING + "    @@\n"),
    Plant("models/leaking-response-model", "GET /heroes",
          "hashed_password: str", "motto: str",
          TABLE + "    hashed_password: str\nclass Public(SQLModel):\n    @@\n",
          files={"main.py": APP + "@app.get('/heroes')\ndef heroes() -> list[Public]: ...\n"}),
    Plant("models/unvalidated-table-model", "hero",
          "class Hero(SQLModel, table=True):", "class Hero(SQLModel):",
          f"{TEAM}@@\n{KEY}",
          files={"main.py": APP + "@app.post('/heroes')\ndef create(hero: Hero) -> None: ...\n"}),
    Plant("models/nullable-mismatch", "v", "v: Safe | None = None", "v: Safe",
          f"{TABLE}    v: str\nclass HeroCreate(SQLModel):\n    @@\n"),
    Plant("models/altered-value", "at", "at: datetime",
          "at: Annotated[AwareDatetime, Rule(ge=EARLY, le=LATE)]",
          f"{MOMENT}class HeroCreate(SQLModel):\n    @@\n"),
    Plant("models/altered-value", "at", "at: AwareDatetime",
          "at: Annotated[AwareDatetime, Rule(ge=EARLY, le=LATE)]",
          f"{MOMENT}class HeroCreate(SQLModel):\n    @@\n"),
    Plant("models/altered-value", "v", "v: Annotated[float, Rule(ge=0, le=9)]",
          "v: Annotated[Decimal, Rule(ge=0, le=9, decimal_places=1)]",
          f"{MAPPED}    v: Mapped[Decimal] = mapped_column(Numeric(5, 1))\n"
          "class HeroCreate(BaseModel):\n    @@\n"),
    Plant("models/ambiguous-default", "v",
          "v: int = Field(default=1, sa_column_kwargs={'server_default': '0'})",
          "v: int = Field(default=0, sa_column_kwargs={'server_default': '0'})"),
    Plant("models/unstorable-value", "v", "v: HttpUrl",
          "v: Annotated[HttpUrl, UrlConstraints(max_length=90)]",
          f"{MAPPED}    v: Mapped[str] = mapped_column(String(90))\n"
          "class HeroCreate(BaseModel):\n    @@\n"),
    Plant("models/unstorable-value", "v", "v: Safe", "v: Annotated[Safe, Rule(max_length=9)]",
          MAPPED.replace("class Hero", "class HeroModel")
          + "    v: Mapped[str] = mapped_column(String(9))\nclass HeroIn(BaseModel):\n    @@\n"),
    Plant("models/unstorable-value", "v", "v: Safe", "v: Annotated[Safe, Rule(max_length=9)]",
          MAPPED + "    v: Mapped[str] = mapped_column(String(9))\n    w: Mapped[str]\n"
          "class SignupRequest(BaseModel):\n    w: Safe\n    @@\n",
          files={"main.py": APP + "@app.post('/')\ndef do(body: SignupRequest) -> None: ...\n"}),
    Plant("models/unmodelled-rule", "email", "email: EmailStr",
          "email: Annotated[EmailStr, StringConstraints(to_lower=True)]",
          checked("email = lower(email)", "email: str")
          + "class HeroCreate(SQLModel):\n    @@\n"),
    Plant("models/unmodelled-rule", "v", r"v: Annotated[str, Rule(pattern=r'^\d+$')]",
          "v: Annotated[str, Rule(pattern='^[0-9]+$')]",
          checked("v ~ '^[0-9]+$'", "v: str") + "class HeroCreate(SQLModel):\n    @@\n"),
    Plant("models/schema-only-rule", "v", "v: Annotated[int, Rule(ge=0)]", "v: int",
          f"{MAPPED}    v: Mapped[int]\nclass HeroCreate(BaseModel):\n    @@\n"),
    Plant("models/ignored-rule", "v", "v: str = Field(regex='^a$')", "v: str"),
    Plant("models/unenforced-rule", "a", "class HeroBase(Ordered):", "class HeroBase(Lenient):",
          f"{ORDERED}@@\n    a: date\n    b: date\nclass Hero(HeroBase, table=True):\n{KEY}",
          at="class Hero(HeroBase"),
    Plant("data/violating-rows", "a", "class HeroBase(Ordered):", "class HeroBase(Lenient):",
          f"{ORDERED}@@\n    a: date\n    b: date\nclass Hero(HeroBase, table=True):\n{KEY}",
          sql=CREATE.format("a date, b date", "a, b", "('2024-01-02', '2024-01-01')"),
          at="class Hero(HeroBase"),
    Plant("data/unknown-enum-value", "v", "v: Literal['a']", "v: Literal['a', 'b']",
          f"{MAPPED}    v: Mapped[str]\nclass HeroRead(BaseModel):\n    @@\n",
          sql=CREATE.format("v text", "v", "('a'), ('b')"), at="v: Mapped[str]"),
    Plant("data/future-timestamps", "created_at",
          "created_at: datetime", "starts_at: datetime",
          sql=CREATE.format("@@ timestamptz", "@@", "(now() + interval '3 days')")),
]  # fmt: skip
CHECKS = {check.id: check for check in discover()}
FAMILIES = ("constraints/", "models/", "data/")


def test_every_check_of_the_families_is_planted() -> None:
    assert len(PLANTS) >= 30
    assert {plant.check for plant in PLANTS} == {
        name for name in CHECKS if name.startswith(FAMILIES)
    }


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.check}-{plant.wrong}")
def test_found_at_its_line_and_not_in_its_twin(plant: Plant, disposable_server: Server) -> None:
    models = HEAD + plant.models
    check = CHECKS[plant.check]
    more = [Block("python", name, text) for name, text in plant.files.items()]

    def seen(said: str) -> Result:
        """The project with this line in its place."""
        name = said.partition(":")[0]
        sql = [Block("sql", "deployed", plant.sql.replace("@@", name))] if plant.sql else []
        blocks = (Block("python", "models.py", models.replace("@@", said)), *more, *sql)
        return verdict(Example(check, "", blocks, 1), disposable_server)

    repaired = seen(plant.right)
    assert (repaired.status, repaired.reason) == (Status.PASSED, ""), repaired.findings
    (finding,) = seen(plant.wrong).findings
    assert finding.subject.split(".")[-1] == plant.subject
    assert finding.location is not None
    line = models[: models.index(plant.at)].count("\n") + 1
    assert (finding.location.file, finding.location.line) == ("models.py", line)
