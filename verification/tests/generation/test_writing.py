"""Which schemas store what they take, and which only find rows by it."""

from typing import Any

import pytest
from pydantic import BaseModel, create_model
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from verification.generation.writing import writes
from verification.project import Model


class Base(DeclarativeBase):
    """Of these tables."""


class Account(Base):
    """One who logs in."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    password_digest: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))


MODEL = Model(Account, Account.__table__, {}, None, {})


def schema(called: str, **fields: Any) -> type[BaseModel]:
    made: type[BaseModel] = create_model(called, **fields)
    return made


@pytest.mark.parametrize(
    "given",
    [
        schema("AccountCreate", email=(str, ...)),
        schema("AccountRequest", email=(str, ...), name=(str, ...), password=(str, ...)),
        schema("AccountRequest", email=(str | None, None)),
        schema("Account", email=(str, ...)),
    ],
)
def test_what_makes_or_changes_a_row(given: type[BaseModel]) -> None:
    assert writes(given, MODEL)


@pytest.mark.parametrize(
    "given",
    [
        schema("AccountLogin", email=(str, ...), name=(str, ...), password=(str, ...)),
        schema("AccountRequest", email=(str, ...)),
        schema("VerifyAccount", email=(str, ...)),
    ],
)
def test_what_only_finds_one(given: type[BaseModel]) -> None:
    assert not writes(given, MODEL)
