"""A revision that builds another schema each time."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Direction, Walk


@check(Severity.WARNING)
def unrepeatable_upgrade(walk: Walk) -> Iterator[Finding]:
    """A revision builds a schema that depends on when, or how often, it is run.

    A name with a random part, a default that is the time of the migration: no two environments are
    alike, and none is what was tested. Every revision is applied more than once, in different
    databases, and what it has built is compared.

    ```python bad versions/1_start.py
    import datetime
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute(f"CREATE TABLE hero (since timestamp DEFAULT '{datetime.datetime.now()}')")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/1_start.py
    import datetime
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (since timestamp DEFAULT now())")
        op.execute(f"INSERT INTO hero VALUES ('{datetime.datetime.now()}')")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```
    """
    for revision, differences in walk.unrepeatable.items():
        step = walk.step(revision, Direction.UP)
        statements = step.statements if step else ()
        first = differences[0]
        yield Finding(
            revision,
            f"it builds another schema each time it is run: {first}",
            "write names and values out, or let the database make them: sa.func.now(),"
            " gen_random_uuid()",
            statements[0].location if statements else walk.places.get(revision),
        )
    whole(walk)
