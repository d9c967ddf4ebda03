"""Types that are alike are adapted once, and print as each would by itself."""

from enum import Enum
from typing import Any

import pytest
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Interval,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy import Enum as SaEnum
from sqlalchemy.dialects.postgresql import CITEXT, INET, JSONB, TSVECTOR, UUID

from verification.project import compiled, ddl


class Colour(Enum):
    RED = "r"


class Shape(Enum):
    ROUND = "o"


class Short(TypeDecorator[str]):
    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length = length

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(String(self.length))


TYPES: list[Any] = [
    String(5), String(6), String(5), String(5, collation="C"), Text(), Numeric(5, 2), Numeric(5),
    BigInteger(), BigInteger().with_variant(Text(), "postgresql"), BigInteger(), Boolean(),
    Boolean(create_constraint=True, name="yes"), DateTime(), DateTime(timezone=True), Interval(),
    Interval(native=False), ARRAY(String(5)), ARRAY(String(6)), ARRAY(SaEnum(Colour)), JSON(),
    JSON().with_variant(JSONB(), "postgresql"), JSONB(), CITEXT(), INET(), TSVECTOR(), UUID(),
    SaEnum(Colour), SaEnum(Shape), SaEnum(Colour, native_enum=False), SaEnum("a", name="x"),
    SaEnum("a", name="y"), SaEnum("a", name="x", schema="other"), Short(5), Short(6),
]  # fmt: skip


def test_what_is_compiled_stays_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = MetaData()
    Table("every", metadata, *(Column(f"c{i}", each) for i, each in enumerate(TYPES)))
    shared = compiled([metadata], 170000)
    monkeypatch.setattr(ddl, "_Types", dict)
    assert shared
    assert shared == compiled([metadata], 170000)
    assert 'c3 VARCHAR(5) COLLATE "C"' in "".join(shared.texts)
