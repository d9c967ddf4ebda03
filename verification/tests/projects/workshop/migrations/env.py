"""Run the revisions; the URL is the environment's."""

import os

from alembic import context
from sqlalchemy import create_engine
from workshop_models import TARGET

engine = create_engine(os.environ["DATABASE_URL"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=TARGET)
    with context.begin_transaction():
        context.run_migrations()
