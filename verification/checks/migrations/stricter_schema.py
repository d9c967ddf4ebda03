"""A schema that may refuse what the release now running writes."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.migrations._release import where
from verification.finding import Finding, Severity
from verification.rehearsal import troubles
from verification.revisions import Walk


@check(Severity.WARNING)
def stricter_schema(
    released: Catalog, before_release: Catalog, migrated: Catalog, walk: Walk
) -> Iterator[Finding]:
    """The new schema has rules about columns of the release now running that it does not know.

    A CHECK, a UNIQUE, a NOT NULL, a shorter type: the rows there are may obey it, and yet the old
    code may write the next one that does not, until the deploy is done. First release the code that
    obeys, then demand it. `previous` names the release now running.

    ```toml bad pyproject.toml
    [tool.verification]
    previous = "running"
    ```

    ```python bad models.py
    from sqlalchemy import Column, Integer, MetaData, Table, Text
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True), Column("name", Text))
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
        op.execute("ALTER TABLE hero ADD CONSTRAINT named CHECK (name <> '') NOT VALID")
    def downgrade():
        op.execute("ALTER TABLE hero DROP CONSTRAINT named")
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
        op.execute("CREATE TABLE hero (id serial PRIMARY KEY, name text)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero ADD age int CHECK (age > 0), ADD nick text UNIQUE")
        op.execute("CREATE TABLE villain (name text NOT NULL UNIQUE)")
    def downgrade():
        op.execute("DROP TABLE villain")
        op.execute("ALTER TABLE hero DROP age, DROP nick")
    ```

    ```python good running/models.py
    from sqlalchemy import Column, Integer, MetaData, Table, Text
    metadata = MetaData()
    hero = Table("hero", metadata, Column("id", Integer, primary_key=True), Column("name", Text))
    ```

    ```python good running/versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    ```
    """
    for trouble in troubles(released, migrated, before_release):
        if not trouble.certain:
            revision, place = where(walk, trouble.name)
            by = f" after {revision}" if revision else ""
            yield Finding(
                trouble.subject,
                f"the release now running does not know of it{by}: {trouble.how}",
                "release code that obeys it first, and demand it with the next release",
                place,
            )
