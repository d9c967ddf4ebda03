"""A deploy without its migration."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.revisions import Migrations, pending


@check(Severity.ERROR)
def pending_revision(migrations: Migrations, applied: tuple[str, ...]) -> Iterator[Finding]:
    """A revision of this code is not applied to the database.

    The code to be deployed expects a schema that is not there yet.

    ```python bad versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```python bad versions/2_next.py
    revision, down_revision = "2", "1"
    def upgrade(): pass
    ```

    ```sql bad
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO alembic_version VALUES ('1');
    ```

    ```python bad versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```sql bad
    CREATE TABLE hero (id int PRIMARY KEY);
    ```

    ```python good versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```sql good
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO alembic_version VALUES ('1');
    ```
    """
    if set(applied) - {revision.id for revision in migrations.revisions}:
        return  # unknown-revision says so; what is pending cannot be told
    waiting = pending(migrations, applied)
    for revision in migrations.revisions:
        if revision.id in waiting:
            yield Finding(
                revision.id,
                f"the revision is not applied to the database: {revision.summary}",
                "alembic upgrade head",
                revision.location,
            )
