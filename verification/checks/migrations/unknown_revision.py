"""A database from another history."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.revisions import Migrations


@check(Severity.ERROR)
def unknown_revision(migrations: Migrations, applied: tuple[str, ...]) -> Iterator[Finding]:
    """The database is stamped at a revision that this code does not have.

    It was migrated by another branch, or the revision was renamed or squashed away. Alembic can
    neither upgrade nor downgrade it.

    ```python bad versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```sql bad
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO alembic_version VALUES ('deadbeef');
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
    known = {revision.id for revision in migrations.revisions}
    for version in applied:
        if version not in known:
            yield Finding(
                version,
                "the database is stamped at a revision that this code does not have",
                "check out the code that made it, or compare the schemas and `alembic stamp`",
            )
