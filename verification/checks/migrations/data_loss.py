"""Rows that a migration takes away."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._rows import place, told
from verification.finding import Finding, Severity
from verification.rehearsal import Rehearsal
from verification.revisions import Walk


@check(Severity.ERROR)
def data_loss(rehearsed: tuple[Rehearsal, ...], walk: Walk) -> Iterator[Finding]:
    """Rows of the schema before a revision do not survive it, or not it and its downgrade.

    A column is dropped and its values are in no other; a type is changed to one that holds less; a
    rename was generated as drop and add. Generated rows are there before the upgrade and looked for
    after it, and again after the downgrade. What comes back was kept, so it is no loss.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id bigint PRIMARY KEY, name text NOT NULL)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero DROP name, ADD title text NOT NULL DEFAULT ''")
    def downgrade():
        op.execute("ALTER TABLE hero DROP title, ADD name text NOT NULL DEFAULT ''")
        op.execute("ALTER TABLE hero ALTER name DROP DEFAULT")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id bigint PRIMARY KEY, name text NOT NULL)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero RENAME name TO title")
    def downgrade():
        op.execute("ALTER TABLE hero RENAME title TO name")
    ```
    """
    for rehearsal in rehearsed:
        for loss in rehearsal.lost:
            yield Finding(
                f"{rehearsal.revision} {loss.subject}",
                f"rows of {loss.subject} do not survive: {loss.how}",
                "rename it, or copy the values before they go; where they may go, accept this"
                " finding with the reason",
                place(walk, rehearsal.revision, loss.name),
            )
    told(rehearsed, walk)
