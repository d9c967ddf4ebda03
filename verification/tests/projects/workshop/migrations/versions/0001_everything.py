"""Everything."""

import sqlalchemy as sa
import sqlmodel
import workshop_models
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the schemas, the extensions, the sequence and the tables."""
    op.execute("CREATE SCHEMA shop")
    op.execute('CREATE SCHEMA "Odd Schema"')
    for extension in ("citext", "btree_gist", "pg_trgm"):
        op.execute(f"CREATE EXTENSION {extension}")
    op.execute("CREATE SEQUENCE shop.ticket START 100 INCREMENT 10")
    op.create_table(
        "cache",
        sa.Column("k", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("k", name=op.f("pk_cache")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "ev",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("at", "id", name=op.f("pk_ev")),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_table(
        "team",
        sa.Column(
            "id", sa.Integer(), sa.Identity(always=False, start=10, increment=5), nullable=False
        ),
        sa.Column("name", sa.String(length=40), nullable=False, comment='its "name"'),
        sa.Column("small", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("neg", sa.Integer(), server_default=sa.text("-1"), nullable=False),
        sa.Column("ratio", sa.Double(), server_default="1.5", nullable=False),
        sa.Column(
            "money",
            sa.Numeric(precision=10, scale=2),
            server_default=sa.text("0.00"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
        schema="shop",
        comment="the 'teams'; all",
    )
    op.create_table(
        "hero",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("boss_id", sa.Integer(), nullable=True),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("full", sa.Text(), sa.Computed("name || ' !'", persisted=True), nullable=False),
        sa.Column("email", postgresql.CITEXT(), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("color", sa.String(length=10), server_default="red", nullable=False),
        sa.Column(
            "rank", sa.Enum("red", "green", name="color"), server_default="red", nullable=False
        ),
        sa.Column(
            "rank2",
            sa.Enum("r", "g", name="rank_two", schema="shop"),
            server_default=sa.text("'r'"),
            nullable=False,
        ),
        sa.Column(
            "nonnative2",
            sa.Enum("red", "green", name="strcolor", native_enum=False),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("off", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("t1", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("t2", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "created", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "created2",
            sa.DateTime(timezone=True),
            server_default=sa.text("CURRENT_TIMESTAMP"),
            nullable=False,
        ),
        sa.Column(
            "utc", sa.DateTime(), server_default=sa.text("timezone('utc', now())"), nullable=False
        ),
        sa.Column("day", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column("key", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=True,
        ),
        sa.Column(
            "data2", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=True
        ),
        sa.Column(
            "tags", postgresql.ARRAY(sa.String(length=20)), server_default="{}", nullable=True
        ),
        sa.Column(
            "ranks",
            postgresql.ARRAY(sa.Enum("red", "green", name="color")),
            server_default=sa.text("ARRAY[]::color[]"),
            nullable=True,
        ),
        sa.Column(
            "inter", sa.Interval(), server_default=sa.text("interval '1 day'"), nullable=True
        ),
        sa.Column("up", workshop_models.Upper(length=10), server_default="X", nullable=True),
        sa.Column("js", workshop_models.Json(), nullable=True),
        sa.Column("ci", sa.String(collation="C"), nullable=True),
        sa.Column("big", sa.BigInteger(), server_default=sa.text("1000 * 60"), nullable=True),
        sa.Column("num", sa.Numeric(), nullable=True),
        sa.Column("bits", postgresql.BIT(length=3), nullable=True),
        sa.Column("inet", postgresql.INET(), nullable=True),
        sa.Column(
            "vec",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('english', name)", persisted=True),
            nullable=True,
        ),
        sa.Column("p3", postgresql.TIMESTAMP(timezone=True, precision=3), nullable=True),
        sa.Column(
            "dom", postgresql.DOMAIN("posint", sa.Integer(), check="VALUE > 0"), nullable=True
        ),
        sa.Column("team_id", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("room"), "="), (sa.column("during"), "&&"), using="gist", name="no_overlap"
        ),
        sa.CheckConstraint("color in ('red', 'green')", name=op.f("ck_hero_colors")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_hero_nonempty")),
        sa.CheckConstraint("age >= 0 AND age < 200", name=op.f("ck_hero_age_sane")),
        sa.ForeignKeyConstraint(
            ["boss_id"],
            ["hero.id"],
            name=op.f("fk_hero_boss_id_hero"),
            onupdate="CASCADE",
            ondelete="SET NULL",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["shop.team.id"], name=op.f("fk_hero_team_id_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hero")),
        sa.UniqueConstraint(
            "email", deferrable=True, initially="DEFERRED", name=op.f("uq_hero_email")
        ),
        sa.UniqueConstraint("name", "team_id", name=op.f("uq_hero_name")),
    )
    op.create_index(
        "ix_active_name", "hero", ["name"], unique=False, postgresql_where=sa.text("active")
    )
    op.create_index("ix_cov", "hero", ["name"], unique=False, postgresql_include=["age"])
    op.create_index(
        "ix_desc",
        "hero",
        [sa.literal_column("created DESC")],
        unique=False,
        postgresql_using="btree",
    )
    op.create_index(
        "ix_gin",
        "hero",
        ["data"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"data": "jsonb_path_ops"},
    )
    op.create_index(op.f("ix_hero_name"), "hero", ["name"], unique=False)
    op.create_index(op.f("ix_hero_team_id"), "hero", ["team_id"], unique=False)
    op.create_index("ix_lower", "hero", [sa.literal_column("lower(name)")], unique=False)
    op.create_index(
        "ix_nnd", "hero", ["age", "name"], unique=True, postgresql_nulls_not_distinct=True
    )
    op.create_index(
        "ix_trgm",
        "hero",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index("ix_with", "hero", ["age"], unique=False, postgresql_with={"fillfactor": 70})
    op.create_table(
        "hero_tag",
        sa.Column("hero_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column(
            "n", sa.Integer(), server_default=sa.text("nextval('shop.ticket')"), nullable=True
        ),
        sa.ForeignKeyConstraint(["hero_id"], ["hero.id"], name=op.f("fk_hero_tag_hero_id_hero")),
        sa.PrimaryKeyConstraint("hero_id", "tag", name=op.f("pk_hero_tag")),
    )
    op.create_table(
        "Quoted Täble",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("x y", sa.Integer(), nullable=False),
        sa.Column("z", sa.Integer(), nullable=True),
        sa.Column("hero", sa.Integer(), nullable=False),
        sa.Column(
            "nonnative",
            sa.Enum(
                "red", "green", name="nn", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("select", sa.String(), nullable=False),
        sa.CheckConstraint('"x y" > 0'),
        sa.CheckConstraint("z < 100"),
        sa.CheckConstraint("z > 0 OR z IS NULL"),
        sa.ForeignKeyConstraint(["hero"], ["hero.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("x y"),
        sa.UniqueConstraint("x y", "z"),
        schema="Odd Schema",
    )
    op.create_index(
        op.f("ix_Odd Schema_Quoted Täble_select"),
        "Quoted Täble",
        ["select"],
        unique=False,
        schema="Odd Schema",
    )
    op.create_table(
        "sm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("price", sa.Numeric(precision=8, scale=3), nullable=False),
        sa.Column("color", sa.Enum("red", "green", name="strcolor"), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("custom", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["sm.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index(op.f("ix_sm_name"), "sm", ["name"], unique=False)
    op.execute("CREATE VIEW shop.names AS SELECT name FROM shop.team")


def downgrade() -> None:
    """There is no way back."""
