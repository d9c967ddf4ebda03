"""A revision that cannot be applied."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity, Unknown
from verification.revisions import Direction, Failure, Walk


@check(Severity.ERROR)
def failing_upgrade(walk: Walk, straight: Failure | None) -> Iterator[Finding]:
    """A revision does not upgrade an empty database, or not after its own downgrade.

    Nobody can set up a new environment, and the deploy stops in the middle. Every revision is run
    in a transaction of its own, and all of them in one go as `alembic upgrade head` does.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int REFERENCES team)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/1_start.py
    import sys
    revision, down_revision = "1", None
    def upgrade():
        sys.exit(0)
    def downgrade(): pass
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
    found = False
    for step in walk.steps:
        again = step.direction is Direction.AGAIN and step.revision not in walk.inexact
        if step.failure and (step.direction is Direction.UP or again):
            found = True
            yield Finding(
                step.revision,
                f"its {step.direction} fails: {step.failure.message}",
                "run it on an empty database: alembic downgrade base && alembic upgrade head",
                step.failure.location,
            )
    if not found and walk.stopped:
        raise Unknown(walk.stopped)
    if not found and straight:
        yield Finding(
            "upgrade head",
            "all revisions in one run fail, though each works in a transaction of its own: "
            + straight.message,
            "transaction_per_migration=True in context.configure of env.py",
            straight.location,
        )
