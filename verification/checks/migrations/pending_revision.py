"""A deploy without its migration."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.revisions import Migrations


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
    known = {revision.id: revision for revision in migrations.revisions}
    if any(version not in known for version in applied):
        return  # unknown-revision says so; what is pending cannot be told
    there, waiting = set(applied), list(applied)
    while waiting:
        follows = known[waiting.pop()].follows
        waiting += [version for version in follows if version not in there]
        there |= set(follows)
    for revision in migrations.revisions:
        if revision.id not in there:
            yield Finding(
                revision.id,
                f"the revision is not applied to the database: {revision.summary}",
                "alembic upgrade head",
                revision.location,
            )
