"""A statement that could not be tried, and looks as if it would make everybody wait."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._risk import Found, recipe, reconcile
from verification.finding import Finding, NotApplicable, Severity
from verification.revisions import Direction, Linted, Walk


@check(Severity.NOTE)
def untraced_risk(walk: Walk, linted: Linted | None) -> Iterator[Finding]:
    """A linter warns of a statement whose locks could not be looked at here.

    What a statement locks and rewrites is seen by running it (blocking-lock, table-rewrite). Where
    that failed, for an extension that this server lacks or a role it does not have, there is only
    its text to judge by: squawk reads it, if it is installed (`pip install squawk-cli`). What the
    trace has cleared is not repeated here.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int, name text)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("CREATE EXTENSION this_server_lacks_it; CREATE INDEX i ON hero (name)")
    def downgrade():
        op.execute("DROP INDEX i")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int, name text)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero ALTER name TYPE varchar")  # which writes nothing anew
    def downgrade():
        op.execute("ALTER TABLE hero ALTER name TYPE text")
    ```
    """
    if linted is None:
        raise NotApplicable("squawk is not installed: pip install squawk-cli")
    for step in walk.steps:
        if step.direction is not Direction.UP or step.revision not in walk.watched:
            continue
        for statement in step.statements:
            if reconcile(statement, linted) is Found.STATIC:
                rules = ", ".join(sorted(linted[statement.text] or ()))
                yield Finding(
                    step.revision,
                    f"{statement.short} could not be traced here, and squawk warns of it: {rules}",
                    recipe(statement),
                    statement.location,
                )
