"""A downgrade that does not bring back what was there."""

from collections.abc import Iterator

from verification.catalog import Difference
from verification.check import check
from verification.checks.migrations._walking import whole
from verification.finding import Finding, Severity
from verification.revisions import Direction, Walk

SHOWN = 5


@check(Severity.ERROR)
def inexact_downgrade(walk: Walk) -> Iterator[Finding]:
    """After an upgrade and its downgrade the schema is not what it was before.

    A type that is left behind makes the next upgrade fail; an index, a default or a grant that does
    not come back is missed much later. Compared is everything that `pg_dump -s` would show.

    ```python bad versions/1_start.py
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.create_table("hero", sa.Column("mood", sa.Enum("glad", "sad", name="mood")))
    def downgrade():
        op.drop_table("hero")
    ```

    ```python good versions/1_start.py
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.create_table("hero", sa.Column("mood", sa.Enum("glad", "sad", name="mood")))
    def downgrade():
        op.drop_table("hero")
        sa.Enum(name="mood").drop(op.get_bind())
    ```

    ```python good versions/1_start.py
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.create_table("hero", sa.Column("id", sa.BigInteger, primary_key=True))
        op.add_column("hero", sa.Column("age", sa.Integer))
        op.create_index("ix_hero_age", "hero", ["age"])
    def downgrade():
        op.drop_table("hero")
    ```
    """
    for revision, differences in walk.inexact.items():
        left = "; ".join(_told(each) for each in differences[:SHOWN])
        more = f" and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
        again = walk.step(revision, Direction.AGAIN)
        failed = again.failure if again else None
        then = f", and the next upgrade fails: {failed.message}" if failed else ""
        down = walk.step(revision, Direction.DOWN)
        statements = down.statements if down else ()
        place = statements[-1].location if statements else walk.places[revision]
        yield Finding(
            revision,
            f"its downgrade leaves another schema than there was: {left}{more}{then}",
            next((fix for each in differences if (fix := _fix(each))), "complete downgrade()"),
            place,
        )
    whole(walk)


def _told(difference: Difference) -> str:
    if difference.aspect != "existence":
        return str(difference)
    state = "is lost" if difference.actual == "missing" else "is left behind"
    return f"{difference.kind} {difference.subject} {state}"


def _fix(difference: Difference) -> str:
    if difference.aspect == "existence" and difference.actual != "missing":
        if difference.kind in {"enum", "domain", "composite", "range"}:
            return f'op.execute("DROP TYPE {difference.subject}")'
        if difference.kind in {"table", "view", "sequence", "function", "schema", "index"}:
            return f'op.execute("DROP {difference.kind.upper()} {difference.subject}")'
    return ""
