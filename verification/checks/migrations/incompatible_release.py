"""A schema on which the release now running breaks."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.migrations._release import where
from verification.finding import Finding, Severity
from verification.rehearsal import troubles
from verification.revisions import Walk


@check(Severity.ERROR)
def incompatible_release(
    released: Catalog, before_release: Catalog, migrated: Catalog, walk: Walk
) -> Iterator[Finding]:
    """The release now running uses what the new schema does not have, or demands anew.

    Between the migration and the end of the deploy the old code runs on the new schema, and after a
    rollback it does again. `previous` in `[tool.verification]` names the release now running, as a
    git ref; its models are read by its own code, in a process of its own. Where none is named,
    incompatible-change says what any older code might miss.

    ```toml bad pyproject.toml
    [tool.verification]
    previous = "running"
    ```

    ```python bad models.py
    from sqlalchemy import Column, Integer, MetaData, Table, Text
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True), Column("title", Text))
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
        op.execute("ALTER TABLE hero RENAME name TO title")
    def downgrade():
        op.execute("ALTER TABLE hero RENAME title TO name")
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
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True), Column("title", Text))
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id serial PRIMARY KEY, name text, title text)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero DROP name")  # the release now running no longer knows it
    def downgrade():
        op.execute("ALTER TABLE hero ADD name text")
    ```

    ```python good running/models.py
    from sqlalchemy import Column, Integer, MetaData, Table, Text
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True), Column("title", Text))
    ```

    ```python good running/versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    ```
    """
    for trouble in troubles(released, migrated, before_release):
        if trouble.certain:
            revision, place = where(walk, trouble.name)
            by = f" after {revision}" if revision else ""
            yield Finding(
                trouble.subject,
                f"the release now running cannot live with it{by}: {trouble.how}",
                "let this release do without it, and take it away with the next",
                place,
            )
