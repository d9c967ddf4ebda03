"""Rows are changed while the table is locked for a change of the schema."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._risk import DATA, statements
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Lock, Statement, Walk


@check(Severity.WARNING)
def mixed_data_and_schema(walk: Walk) -> Iterator[Finding]:
    """One transaction changes the schema of a table in use and works through its rows.

    The lock of the first lasts as long as the second takes. A backfill belongs in a revision, or a
    job, of its own; rows of a table that the same upgrade makes are nobody's concern.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("ALTER TABLE hero ADD age int")
        op.execute("UPDATE hero SET age = id")
    def downgrade():
        op.execute("ALTER TABLE hero DROP age")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int, age int)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("CREATE TABLE power (name text)")
        op.execute("INSERT INTO power VALUES ('flight')")
        op.execute("UPDATE hero SET age = id")
    def downgrade():
        op.execute("DROP TABLE power")
    ```
    """
    told: set[tuple[str, int | None]] = set()
    seen: dict[str, list[Statement]] = {}
    for revision, statement in statements(walk):
        seen.setdefault(revision, []).append(statement)
    for revision, ran in seen.items():
        for number, statement in enumerate(ran):
            lock = _lock(statement, ran[number + 1 :])
            if lock is None or (revision, statement.location.line) in told:
                continue
            told.add((revision, statement.location.line))
            rows = ", ".join(_rows(statement))
            yield Finding(
                f"{revision} {lock.table}",
                f"{statement.short} works through {rows} in a transaction that also locks"
                f" {lock.table} ({lock.mode}), which blocks {lock.blocks} until all rows are done",
                "change the rows in a revision of their own (or in batches, in a job), so that the"
                " lock of the schema change is held for a moment only",
                statement.location,
            )
    whole(walk)


def _rows(statement: Statement) -> tuple[str, ...]:
    """The tables whose rows it works through; an index may help, but not against many rows."""
    if statement.first_word not in DATA - {"SELECT"}:
        return ()
    changed = [lock.table for lock in statement.locks if lock.mode == "RowExclusive"]
    if statement.first_word in {"UPDATE", "DELETE", "MERGE"} and changed:
        return tuple(changed)
    return statement.scanned


def _lock(statement: Statement, later: list[Statement]) -> Lock | None:
    """The lock that lasts as long as this change of rows, or must wait for it and then lasts."""
    if not _rows(statement):
        return None
    held = next((lock for lock in statement.before if lock.blocks), None)
    mine = {lock.table for lock in statement.locks if lock.mode == "RowExclusive"}
    for each in later:
        if held is not None or not mine & {lock.table for lock in each.before}:
            break
        new = [lock for lock in each.locks if lock.blocks and lock.table in mine]
        held = next(iter(new), None)
    return held
