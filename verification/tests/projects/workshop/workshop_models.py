"""A schema with everything that models can say of one, each thing once."""
# ruff: noqa: RUF012 - SQLAlchemy reads these attributes, nobody changes them

import enum
import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    MetaData,
    Numeric,
    Sequence,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, synonym
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Upper(TypeDecorator):
    impl = String(10)
    cache_ok = True


class Json(TypeDecorator):
    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine:
        """JSONB, as only PostgreSQL has it."""
        return dialect.type_descriptor(pg.JSONB())


class Color(enum.Enum):
    red = "r"
    green = "g"


class StrColor(enum.StrEnum):
    red = "r"
    green = "g"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Plain(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    __table_args__ = {"schema": "shop", "comment": "the 'teams'; all"}
    id: Mapped[int] = mapped_column(Identity(start=10, increment=5), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True, comment='its "name"')
    small: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    neg: Mapped[int] = mapped_column(server_default=text("-1"))
    ratio: Mapped[float] = mapped_column(server_default="1.5")
    money: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default=text("0.00"))
    heroes: Mapped[list["Hero"]] = relationship(back_populates="team")


class Hero(Base):
    __tablename__ = "hero"
    __table_args__ = (
        CheckConstraint("age >= 0 AND age < 200", name="age_sane"),
        CheckConstraint("name <> ''", name="nonempty"),
        CheckConstraint("color in ('red', 'green')", name="colors"),
        UniqueConstraint("name", "team_id"),
        UniqueConstraint("email", deferrable=True, initially="DEFERRED"),
        Index("ix_active_name", "name", postgresql_where=text("active")),
        Index("ix_cov", "name", postgresql_include=["age"]),
        Index("ix_lower", func.lower(sa.text("name"))),
        Index("ix_desc", sa.desc("created"), postgresql_using="btree"),
        Index("ix_gin", "data", postgresql_using="gin", postgresql_ops={"data": "jsonb_path_ops"}),
        Index("ix_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        Index("ix_nnd", "age", "name", unique=True, postgresql_nulls_not_distinct=True),
        Index("ix_with", "age", postgresql_with={"fillfactor": 70}),
        pg.ExcludeConstraint(("room", "="), ("during", "&&"), name="no_overlap", using="gist"),
        ForeignKeyConstraint(
            ["boss_id"],
            ["hero.id"],
            ondelete="SET NULL",
            onupdate="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    boss_id: Mapped[int | None]
    room: Mapped[int]
    during = mapped_column(pg.TSTZRANGE)
    name: Mapped[str] = mapped_column(String(50), index=True)
    full: Mapped[str] = mapped_column(Text, Computed("name || ' !'", persisted=True))
    email: Mapped[str] = mapped_column(pg.CITEXT)
    age: Mapped[int]
    color: Mapped[str] = mapped_column(String(10), server_default="red")
    rank: Mapped[Color] = mapped_column(server_default="red")
    rank2: Mapped[Color] = mapped_column(
        Enum(Color, name="rank_two", schema="shop", values_callable=lambda e: [x.value for x in e]),
        server_default=text("'r'"),
    )
    nonnative2: Mapped[StrColor] = mapped_column(Enum(StrColor, native_enum=False))
    active: Mapped[bool] = mapped_column(server_default=true())
    off: Mapped[bool] = mapped_column(server_default=false())
    t1: Mapped[bool] = mapped_column(server_default=text("true"))
    t2: Mapped[bool] = mapped_column(server_default="false")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created2: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("CURRENT_TIMESTAMP")
    )
    utc: Mapped[datetime] = mapped_column(server_default=text("timezone('utc', now())"))
    day: Mapped[date] = mapped_column(server_default=func.current_date())
    key: Mapped[uuid.UUID] = mapped_column(server_default=func.gen_random_uuid())
    data = mapped_column(pg.JSONB, server_default=text("'{}'::jsonb"))
    data2 = mapped_column(pg.JSONB, server_default="{}")
    tags = mapped_column(pg.ARRAY(String(20)), server_default="{}")
    ranks = mapped_column(
        pg.ARRAY(Enum(Color, name="color")), server_default=text("ARRAY[]::color[]")
    )
    inter = mapped_column(Interval, server_default=text("interval '1 day'"))
    up = mapped_column(Upper, server_default="X")
    js = mapped_column(Json)
    ci = mapped_column(String(collation="C"))
    big = mapped_column(BigInteger, server_default=text("1000 * 60"))
    num = mapped_column(Numeric)
    bits = mapped_column(pg.BIT(3))
    inet = mapped_column(pg.INET)
    vec = mapped_column(pg.TSVECTOR, Computed("to_tsvector('english', name)", persisted=True))
    p3 = mapped_column(pg.TIMESTAMP(precision=3, timezone=True))
    dom = mapped_column(pg.DOMAIN("posint", Integer, check=text("VALUE > 0")))
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("shop.team.id", ondelete="CASCADE"), index=True
    )
    team: Mapped[Team | None] = relationship(back_populates="heroes")

    @hybrid_property
    def shout(self) -> str:
        """The name, aloud."""
        return self.name + "!"

    loud = synonym("name")


seq = Sequence("ticket", start=100, increment=10, metadata=Base.metadata, schema="shop")
assoc = Table(
    "hero_tag",
    Base.metadata,
    Column("hero_id", ForeignKey("hero.id"), primary_key=True),
    Column("tag", String, primary_key=True),
    Column("n", Integer, seq, server_default=seq.next_value()),
)
part = Table(
    "ev",
    Base.metadata,
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    postgresql_partition_by="RANGE (at)",
)
unl = Table("cache", Base.metadata, Column("k", Text, primary_key=True), prefixes=["UNLOGGED"])


class Un(Plain):
    __tablename__ = "Quoted Täble"
    __table_args__ = (
        CheckConstraint('"x y" > 0'),
        CheckConstraint("z > 0 OR z IS NULL"),
        CheckConstraint("z < 100"),
        UniqueConstraint("x y", "z"),
        {"schema": "Odd Schema"},
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    xy: Mapped[int] = mapped_column("x y", unique=True)
    z: Mapped[int | None] = mapped_column()
    hero: Mapped[int] = mapped_column(ForeignKey(Hero.id))
    nonnative: Mapped[StrColor] = mapped_column(
        Enum(StrColor, native_enum=False, create_constraint=True, name="nn", length=20)
    )
    sel: Mapped[str] = mapped_column("select", String, index=True)


class SM(SQLModel, table=True):
    __tablename__ = "sm"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True, max_length=20)
    price: Decimal = Field(max_digits=8, decimal_places=3)
    color: StrColor
    blob: bytes
    custom: dict = Field(sa_column=Column(pg.JSONB, nullable=False))
    uid: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    day: date
    at: datetime
    parent: int | None = Field(default=None, foreign_key="sm.id", ondelete="SET NULL")


TARGET = [Base.metadata, Plain.metadata, SQLModel.metadata]
