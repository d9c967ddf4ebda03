"""Users and tasks.

Revision: 7397ba1606c7
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "7397ba1606c7"
down_revision = None
branch_labels = None
depends_on = None

NOT_BLANK = r"[^\t\n\u000b\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"

# The start of the transaction would let a late committer turn the time back; the clock does not,
# and neither does a clock that was itself turned back.
KEEP_UPDATED_AT = """
CREATE FUNCTION keep_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := greatest(OLD.updated_at, clock_timestamp());
    RETURN NEW;
END
$$
"""
TRIGGER = """
CREATE TRIGGER tg_tasks_keep_updated_at BEFORE UPDATE ON tasks
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_updated_at()
"""


def upgrade() -> None:
    """Create both tables, and the trigger that keeps `tasks.updated_at` true."""
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("hashed_password", sa.String(length=255), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        _now("created_at"),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lowercase")),
        sa.CheckConstraint("email ~ '^[^@]+@[^@]+$'", name=op.f("ck_users_email_shape")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(op.f("ix_users_created_at_id"), "users", ["created_at", "id"])
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("is_completed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _now("created_at"),
        _now("updated_at"),
        sa.CheckConstraint(f"title ~ '{NOT_BLANK}'", name=op.f("ck_tasks_title_not_blank")),
        sa.CheckConstraint(
            "char_length(description) <= 10000", name=op.f("ck_tasks_description_length")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tasks_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_created_at_id"), "tasks", ["created_at", "id"])
    op.create_index(
        op.f("ix_tasks_user_id_created_at_id"), "tasks", ["user_id", "created_at", "id"]
    )
    op.execute(KEEP_UPDATED_AT)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Drop everything again, and the function after the table whose trigger uses it."""
    op.drop_table("tasks")
    op.execute("DROP FUNCTION keep_updated_at()")
    op.drop_table("users")


def _now(name: str) -> sa.Column[object]:
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, server_default=sa.text("now()"), nullable=False)
