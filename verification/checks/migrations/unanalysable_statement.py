"""A statement of which nobody can say beforehand what it does."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Direction, Statement, Walk


@check(Severity.WARNING)
def unanalysable_statement(walk: Walk) -> Iterator[Finding]:
    """What a statement of a revision does depends on the rows it finds, or is hidden from view.

    A DO block that loops over rows or makes up its statements, a procedure, a cursor of the driver:
    on the empty tables of a rehearsal they do nothing, or nobody sees what. What they lock in
    production is for a person to find out.

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
        op.execute('''DO $$ DECLARE r record; BEGIN
            FOR r IN SELECT id FROM hero LOOP
                EXECUTE format('CREATE TABLE hero_%s ()', r.id);
            END LOOP;
        END $$''')
    def downgrade():
        op.execute("SELECT 1")
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    def downgrade():
        op.execute("DROP TABLE hero")
    ```

    ```python good versions/2_next.py
    from alembic import op
    revision, down_revision = "2", "1"
    def upgrade():
        op.execute('''DO $$ BEGIN
            CREATE TYPE mood AS ENUM ('glad');
        EXCEPTION WHEN duplicate_object THEN NULL;
        END $$''')
    def downgrade():
        op.execute("DROP TYPE mood")
    ```
    """
    for step in walk.steps:
        if step.direction is not Direction.UP or step.revision not in walk.watched:
            continue
        for statement in step.statements:
            if why := _why(statement):
                yield Finding(
                    step.revision,
                    f"{statement.short or 'a statement past SQLAlchemy'}: {why}, so nothing can be"
                    " said of its locks",
                    "write the statements out, or accept this once a person has read it",
                    statement.location,
                )
    whole(walk)


def _why(statement: Statement) -> str:
    if not statement.text:
        return f"it locks {', '.join(lock.table for lock in statement.locks)} unseen"
    if statement.first_word == "CALL":
        return "a procedure may do anything"
    if statement.first_word == "DO":
        said = set(statement.text.upper().split())
        if said & {"EXECUTE", "LOOP", "LOOP;"}:
            return "what it does depends on the rows it finds"
    return ""
