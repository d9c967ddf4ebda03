"""A migration that makes everybody wait."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._risk import DATA, agreed, for_long, recipe, statements
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Linted, Walk


@check(Severity.WARNING)
def blocking_lock(walk: Walk, linted: Linted | None) -> Iterator[Finding]:
    """A revision reads a whole table while it holds a lock that blocks everybody else.

    The longer the table, the longer the service stands still. The revision is run, and the server
    tells which locks its statements held and which tables they read from end to end, so no
    statement is misread. Only what can still be changed is looked at: the pending revisions, or the
    newest where nothing is deployed; and only tables that were there before them.

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
        op.create_index("hero_name", "hero", ["name"])
    def downgrade():
        op.drop_index("hero_name")
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
        with op.get_context().autocommit_block():
            op.create_index("hero_name", "hero", ["name"], postgresql_concurrently=True)
        op.execute("CREATE TABLE villain (name text)")
        op.create_index("villain_name", "villain", ["name"])
    def downgrade():
        op.execute("DROP TABLE villain")
        op.drop_index("hero_name")
    ```
    """
    for revision, statement in statements(walk):
        if statement.first_word in DATA:
            continue  # mixed-data-and-schema tells of these
        for lock in statement.locks:
            if lock.blocks and for_long(statement, lock.table):
                yield Finding(
                    f"{revision} {lock.table}",
                    f"{statement.short} holds a lock ({lock.mode}) that blocks {lock.blocks} of"
                    f" {lock.table} while the whole table is read{agreed(statement, linted)}",
                    recipe(statement),
                    statement.location,
                )
    whole(walk)
