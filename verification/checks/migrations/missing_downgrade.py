"""A revision without a way back."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Walk


@check(Severity.WARNING)
def missing_downgrade(walk: Walk) -> Iterator[Finding]:
    """A revision changes the schema, and its downgrade does nothing or refuses.

    Alembic then believes that the revision is undone while everything is still there, and its next
    upgrade fails. A revision that changes nothing, or only rows, needs no downgrade.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        pass
    ```

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        raise NotImplementedError
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/1_start.py
    revision, down_revision = "1", None
    def upgrade():
        pass
    def downgrade():
        pass
    ```
    """
    for found in walk.irreversible:
        yield Finding(
            found.revision,
            f"it changes the schema, and its downgrade {found.how}",
            "undo in downgrade() what upgrade() has done, in the opposite order",
            found.location,
        )
    whole(walk)
