"""A model that no migration will ever see."""

from collections.abc import Iterator

from verification.check import check
from verification.engines.settings import Observed
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.revisions import Migrations


@check(Severity.ERROR)
def unregistered_model(
    migrations: Migrations,  # noqa: ARG001 - without any there is nothing to be told to
    observed: Observed,
) -> Iterator[Finding]:
    """A mapped class has its table on no metadata that env.py gives to Alembic.

    Autogenerate does not see it, `alembic check` is content, and the first request that needs the
    table fails. Usually its module is not imported by env.py, or it has a base class of its own.

    ```python bad models.py
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
    ```

    ```ini bad alembic.ini
    [alembic]
    script_location = %(here)s/migrations
    ```

    ```python bad migrations/env.py
    from alembic import context
    from sqlalchemy import MetaData

    context.configure(url="postgresql+psycopg2://", target_metadata=MetaData())
    with context.begin_transaction():
        context.run_migrations()
    ```

    ```python good models.py
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
    ```

    ```ini good alembic.ini
    [alembic]
    script_location = %(here)s/migrations
    ```

    ```python good migrations/env.py
    from alembic import context

    from models import Base

    context.configure(url="postgresql+psycopg2://", target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
    ```
    """
    if observed.registered < 0:
        raise Unknown(observed.trouble[0] if observed.trouble else "env.py could not be asked")
    for model in observed.unregistered:
        yield Finding(
            model.name,
            f"its table {model.table} is on no metadata that env.py gives to Alembic",
            "import its module in env.py, and give its metadata as target_metadata",
            model.location,
        )
    if not observed.registered and not observed.unregistered:
        raise NotApplicable("the project declares no tables")
