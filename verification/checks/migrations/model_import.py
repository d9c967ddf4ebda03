"""A revision that rests on code which will change."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Location, Severity
from verification.revisions import Migrations, imports


@check(Severity.WARNING)
def model_import(migrations: Migrations) -> Iterator[Finding]:
    """A revision imports the application's code.

    It was written for the code of its day. When a model is renamed, moved, or given a column that
    a later revision adds, an old revision breaks, and with it every new environment.

    ```python bad heroes.py
    name = "hero"
    ```

    ```python bad versions/1_start.py
    from alembic import op
    from heroes import name
    revision, down_revision = "1", None
    def upgrade():
        op.execute(f"CREATE TABLE {name} (id int)")
    def downgrade():
        op.execute(f"DROP TABLE {name}")
    ```

    ```python good heroes.py
    name = "hero"
    ```

    ```python good versions/1_start.py
    import json
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.create_table("hero", sa.Column("id", sa.Integer))
    def downgrade():
        op.drop_table("hero")
    ```
    """
    for revision in migrations.revisions:
        for module, line in imports(revision.path, migrations):
            yield Finding(
                f"{revision.id} {module}",
                f"the revision imports {module}, which is the application's and will change",
                "write down in the revision what it needs: sa.table(...), sa.column(...), literals",
                Location(revision.location.file, line),
            )
