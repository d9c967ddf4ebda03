"""A revision that cannot be undone."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Direction, Walk


@check(Severity.ERROR)
def failing_downgrade(walk: Walk) -> Iterator[Finding]:
    """The downgrade of a revision fails right after its upgrade, on empty tables.

    When the deploy has to be taken back, at night, there is no way back.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        op.execute("DROP TABLE heroes")
    ```

    ```python bad versions/1_start.py
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.create_table("hero", sa.Column("name", sa.Text))
        op.create_unique_constraint(None, "hero", ["name"])
    def downgrade():
        op.drop_constraint(None, "hero", type_="unique")
        op.drop_table("hero")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```
    """
    for step in walk.steps:
        if step.failure and step.direction is Direction.DOWN:
            yield Finding(
                step.revision,
                f"its downgrade fails: {step.failure.message}",
                "undo what upgrade() has done, in the opposite order",
                step.failure.location,
            )
    whole(walk)
