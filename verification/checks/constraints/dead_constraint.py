"""Constraints that do not bite."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity, Unknown
from verification.generation.exercise import exercise
from verification.generation.placing import place
from verification.generation.scratch import Scratch
from verification.generation.trial import Verdict
from verification.project import Models


@check(Severity.ERROR)
def dead_constraint(scratch: Scratch, mapped: Models) -> Iterator[Finding]:
    """A constraint lets a row pass that violates it, or refuses it under another's name.

    The schema says that such a row cannot be there, and code relies on it. For every constraint a
    valid row is made, with all its parents, then one that violates exactly this constraint: it must
    be refused with the right SQLSTATE and name, and rows just inside it (exactly at the bound, the
    longest text, the last of a list) must pass. That is tried on a disposable copy of the schema. A
    constraint that no row could be found for is named as unknown, never passed.

    ```python bad versions/1_start.py
    from alembic import op

    revision, down_revision = "1", None

    def upgrade() -> None:
        op.execute("CREATE TABLE hero (id bigint PRIMARY KEY, age int CHECK (age >= 0 OR true))")

    def downgrade() -> None:
        op.execute("DROP TABLE hero")
    ```

    ```python bad versions/1_start.py
    from alembic import op

    revision, down_revision = "1", None

    def upgrade() -> None:
        op.execute("CREATE TABLE team (id bigint PRIMARY KEY)")
        op.execute("CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint REFERENCES team)")
        op.execute("ALTER TABLE hero DISABLE TRIGGER ALL")

    def downgrade() -> None:
        op.execute("DROP TABLE hero, team")
    ```

    ```python good versions/1_start.py
    from alembic import op

    revision, down_revision = "1", None

    def upgrade() -> None:
        op.execute("CREATE TABLE team (id bigint PRIMARY KEY, name text NOT NULL UNIQUE)")
        op.execute(
            "CREATE TABLE hero (id bigint PRIMARY KEY, age int CHECK (age >= 0),"
            " team_id bigint NOT NULL REFERENCES team)"
        )

    def downgrade() -> None:
        op.execute("DROP TABLE hero, team")
    ```
    """
    unknown: list[str] = []
    for trial in exercise(scratch):
        if trial.verdict is Verdict.DEAD:
            where = place(mapped, trial.table, trial.name) if trial.table else None
            yield Finding(trial.subject, trial.message, trial.fix, where)
        elif trial.verdict is Verdict.UNKNOWN:
            unknown.append(f"{trial.subject} ({trial.message})")
    if unknown:
        raise Unknown("no row could be made to try " + "; ".join(unknown))
