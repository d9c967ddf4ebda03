"""Teams and heroes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "team",
        sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
    )
    op.create_table(
        "hero",
        sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("age", sa.Integer, nullable=False),
        sa.Column("motto", sa.String(100)),
        sa.Column("rank", sa.Enum("novice", "veteran", name="rank"), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id")),
        sa.CheckConstraint("age >= 0 AND age < 200", name="hero_age_check"),
    )
    op.create_index("ix_hero_team_id", "hero", ["team_id"])
    op.create_index("hero_active_name", "hero", ["name"], postgresql_where=sa.text("active"))


def downgrade() -> None:
    """Drop both tables and the type."""
    op.drop_table("hero")
    op.drop_table("team")
    op.execute("DROP TYPE rank")
