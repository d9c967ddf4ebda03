"""A migration that writes a whole table anew."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._risk import agreed, recipe, statements
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Linted, Walk

ASIDE = {"TRUNCATE", "REFRESH"}  # nothing is kept; and a matter of blocking-lock


@check(Severity.WARNING)
def table_rewrite(walk: Walk, linted: Linted | None) -> Iterator[Finding]:
    """A revision writes a table anew, with all its indexes, and nobody can use it meanwhile.

    A change of type does, and a default that is not the same for every row. That it was rewritten
    is seen from the table's file, not guessed from the statement: `varchar(20)` to `varchar(50)`,
    or a constant default, cost nothing.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int, name varchar(20))")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero ALTER id TYPE bigint")
    def downgrade():
        op.execute("ALTER TABLE hero ALTER id TYPE int")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int, name varchar(20))")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero ALTER name TYPE varchar(50)")
        op.execute("ALTER TABLE hero ADD age int NOT NULL DEFAULT 1")
    def downgrade():
        op.execute("ALTER TABLE hero DROP age, ALTER name TYPE varchar(20)")
    ```
    """
    for revision, statement in statements(walk):
        for table in statement.rewritten:
            if statement.first_word not in ASIDE:
                yield Finding(
                    f"{revision} {table}",
                    f"{statement.short} writes the whole table {table} anew; until that is done,"
                    f" nobody can read or write it{agreed(statement, linted)}",
                    recipe(statement),
                    statement.location,
                )
    whole(walk)
