"""A migration that works only on empty tables."""

from collections.abc import Iterator

from verification.catalog import quote
from verification.check import check
from verification.checks.migrations._rows import place, told
from verification.finding import Finding, Severity
from verification.rehearsal import Rehearsal
from verification.revisions import Walk

_FIXES = {
    "23502": "give the rows a value first (add the column nullable, backfill, then NOT NULL)",
    "23503": "delete or mend the orphans first, or add the key NOT VALID",
    "23505": "merge or delete the repetitions first",
    "23514": "mend the rows first, or add the constraint NOT VALID",
    "22001": "shorten the texts first, or keep the longer type",
    "22003": "keep the larger type, or mend the rows first",
    "22P02": "map every value that rows may hold, in USING or by an UPDATE before",
}


@check(Severity.ERROR)
def failing_on_data(rehearsed: tuple[Rehearsal, ...], walk: Walk) -> Iterator[Finding]:
    """A revision passes on empty tables and fails on rows that the schema before it allows.

    Tests migrate empty databases; production is not one. Before each revision that can still be
    changed rows are made of all that is allowed: repetitions, NULLs, orphans, the longest texts,
    every label of an enum.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id bigint PRIMARY KEY, name text)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.create_unique_constraint("hero_name", "hero", ["name"])
    def downgrade():
        op.drop_constraint("hero_name", "hero")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id bigint PRIMARY KEY, name text)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute("UPDATE hero SET name = '' WHERE name IS NULL")
        op.alter_column("hero", "name", nullable=False)
    def downgrade():
        op.alter_column("hero", "name", nullable=True)
    ```
    """
    found = set()
    for rehearsal in rehearsed:
        failure = rehearsal.failure
        if failure and rehearsal.revision not in found:
            found.add(rehearsal.revision)
            yield Finding(
                rehearsal.revision,
                "it works on empty tables and fails on rows that the schema before it allows: "
                + failure.message,
                _FIXES.get(failure.sqlstate, "mend the rows first"),
                failure.location,
            )
        for counter in rehearsal.set_back:
            yield Finding(
                f"{rehearsal.revision} {counter.table}",
                f"after it the sequence {counter.sequence} gives values that rows of"
                f" {counter.table} have already, so the next INSERT fails",
                f"SELECT setval('{counter.sequence}', max({quote(counter.column)}))"
                f" FROM {counter.table}",
                place(walk, rehearsal.revision, counter.name),
            )
    told(rehearsed, walk)
