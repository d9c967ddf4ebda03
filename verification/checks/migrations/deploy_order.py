"""When each pending revision may run: before the new code, after it, or both."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.rehearsal import troubles
from verification.revisions import Migrations, Walk

_FIX = {
    "contract": "run it only when no instance of the release now running is left",
    "neither": "split it: what is added in this release, what is taken away in the next",
}


@check(Severity.NOTE)
def deploy_order(
    released: Catalog, declared: Catalog, walk: Walk, migrations: Migrations
) -> Iterator[Finding]:
    """A pending revision must not run before the new code does, as it usually would.

    Each one is tried with the models of both releases. One that the release now running can live
    with *expands* the schema: migrate, then deploy. One that only the new code can live with
    *contracts* it: deploy, then migrate. Where neither lives with the other's schema there is no
    order that works. `previous` names the release now running.

    ```toml bad pyproject.toml
    [tool.verification]
    previous = "running"
    ```

    ```python bad models.py
    from sqlalchemy import Column, Integer, MetaData, Table, Text
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True))
    ```

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id serial PRIMARY KEY, name text)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero DROP name")
    def downgrade():
        op.execute("ALTER TABLE hero ADD name text")
    ```

    ```python bad running/models.py
    from sqlalchemy import Column, Integer, MetaData, Table, Text
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True), Column("name", Text))
    ```

    ```python bad running/versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    ```

    ```toml good pyproject.toml
    [tool.verification]
    previous = "running"
    ```

    ```python good models.py
    from sqlalchemy import Column, Integer, MetaData, Table, Text
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True), Column("name", Text))
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id serial PRIMARY KEY)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero ADD name text")
    def downgrade():
        op.execute("ALTER TABLE hero DROP name")
    ```

    ```python good running/models.py
    from sqlalchemy import Column, Integer, MetaData, Table
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True))
    ```

    ```python good running/versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    ```
    """
    for revision in migrations.revisions:
        if revision.id not in walk.catalogs:
            continue
        before, after = walk.catalogs[revision.id]
        old = next((each for each in troubles(released, after, before) if each.certain), None)
        if old is None:
            continue
        # What only a later revision brings is missing on both sides of this one.
        new = next((each for each in troubles(declared, before, after) if each.certain), None)
        kind = "neither" if new else "contract"
        and_then = f", and the new code fails before it ({new.subject}: {new.how})" if new else ""
        yield Finding(
            revision.id,
            f"the release now running fails after it ({old.subject}: {old.how}){and_then}",
            _FIX[kind],
            revision.location,
        )
    whole(walk)
