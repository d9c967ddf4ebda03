"""Runs the migrations in one transaction, one migrator at a time, over the direct connection."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from backend.config import get_settings
from backend.models import metadata

# The lock first, the timeout after it: the timeout would also end the wait for the lock, and a
# second migrator is to wait. Of the transaction, not the session: a pooler loses the latter.
LOCK = "SELECT pg_advisory_xact_lock(7226170148914621)"
PATIENCE = "SET LOCAL lock_timeout = '5s'"


def render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's own types as the SQLAlchemy types they are, so revisions never import it."""
    if kind == "type" and type(item).__module__.startswith("sqlmodel."):
        return f"sa.{getattr(item, 'impl', item)!r}"
    return False


def migrate(**source: Any) -> None:
    """Run the migrations, or print them, as Alembic was asked to."""
    context.configure(
        target_metadata=metadata, render_item=render_item, compare_server_default=True, **source
    )
    with context.begin_transaction():
        context.execute(LOCK)
        context.execute(PATIENCE)
        context.run_migrations()


url = make_url(context.config.attributes.get("url") or get_settings().migration_url)
url = url.set(drivername="postgresql+psycopg2")

if context.is_offline_mode():
    migrate(url=url, literal_binds=True, dialect_opts={"paramstyle": "named"})
else:
    engine = create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": 10, "application_name": "migrations"},
    )
    with engine.connect() as connection:
        migrate(connection=connection)
