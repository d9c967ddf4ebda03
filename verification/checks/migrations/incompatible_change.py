"""A schema that the release now running cannot live with."""

from collections.abc import Iterator

from verification.catalog import Catalog, Table
from verification.check import check
from verification.checks.migrations._rows import place
from verification.checks.migrations._walking import whole
from verification.finding import Finding, NotApplicable, Severity
from verification.revisions import Walk

_LATER = "drop it one release after the last one that uses it (and accept this finding then)"


@check(Severity.WARNING)
def incompatible_change(walk: Walk, since_previous: bool) -> Iterator[Finding]:
    """A revision takes away, or newly demands, what the release now running relies on.

    Between the migration and the end of the deploy the old code runs on the new schema: a column
    that was dropped or renamed, or a new one that must be given a value, is an error in each of its
    requests. Add first, deploy, remove later.

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
        op.execute("ALTER TABLE hero RENAME name TO title")
    def downgrade():
        op.execute("ALTER TABLE hero RENAME title TO name")
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
        op.execute("ALTER TABLE hero ADD title text, ADD age int NOT NULL DEFAULT 0")
    def downgrade():
        op.execute("ALTER TABLE hero DROP title, DROP age")
    ```
    """
    if since_previous:
        raise NotApplicable("incompatible-release knows the release now running")
    there = _names(walk)
    for revision, (before, after) in walk.catalogs.items():
        for table in before.tables:
            if table.qualified not in there:
                continue
            now = after.table(table.qualified)
            for subject, name, message, fix in _broken(table, now):
                where = place(walk, revision, name)
                yield Finding(f"{revision} {subject}", message, fix, where)
        for enum in before.enums:
            left = after.enum(enum.qualified)
            for label in enum.labels if left else ():
                if left and label not in left.labels:
                    yield Finding(
                        f"{revision} {enum.qualified} {label}",
                        f"the label {label!r} of {enum.qualified} is taken away or renamed; the"
                        " release now running still writes it",
                        _LATER,
                        place(walk, revision, label),
                    )
    whole(walk)


def _broken(table: Table, now: Table | None) -> Iterator[tuple[str, str, str, str]]:
    if now is None:
        message = f"{table.qualified} is dropped or renamed; the release now running uses it"
        yield table.qualified, table.name, message, _LATER
        return
    kept = {column.name for column in now.columns}
    for column in table.columns:
        if column.name not in kept:
            subject = table.subject(column)
            message = f"{subject} is dropped or renamed; the release now running still selects it"
            yield subject, column.name, message, _LATER
    known = {column.name for column in table.columns}
    for column in now.columns:
        given = column.default or column.identity or column.generated
        if column.name not in known and not column.nullable and not given:
            subject = now.subject(column)
            yield (
                subject,
                column.name,
                (
                    f"{subject} is new, NOT NULL and without a default; every INSERT of the release"
                    " now running fails"
                ),
                "give it a server_default, or make it nullable until the next release",
            )


def _names(walk: Walk) -> set[str]:
    """The tables that there were before the first of the watched revisions."""
    catalogs: list[tuple[Catalog, Catalog]] = list(walk.catalogs.values())
    return {table.qualified for table in catalogs[0][0].tables} if catalogs else set()
