"""A revision that is said to have run."""

from collections.abc import Iterator

from verification.catalog import Catalog, difference
from verification.check import check
from verification.finding import Finding, Severity
from verification.revisions import Migrations, Past

_FIX = "alembic stamp the revision that the schema really is at, then alembic upgrade head"


@check(Severity.ERROR)
def phantom_revision(
    migrations: Migrations,
    applied: tuple[str, ...],
    promised: Catalog,
    deployed: Catalog,
    past: Past,
) -> Iterator[Finding]:
    """The database is stamped at a revision, and nothing of what that revision does is there.

    Somebody ran `alembic stamp` where `alembic upgrade` was meant, or restored only a part of the
    database. Alembic will never run the revision now.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    ```

    ```sql bad
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO alembic_version VALUES ('1');
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade():
        op.execute("CREATE TABLE hero (id int)")
    ```

    ```sql good
    CREATE TABLE alembic_version (
        version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY
    );
    INSERT INTO alembic_version VALUES ('1');
    CREATE TABLE hero (id int);
    ```
    """
    versions = [
        table.qualified
        for table in promised.tables
        if [column.name for column in table.columns] == ["version_num"]
    ]
    missing = set(difference(promised, deployed, ignore=versions))
    if not missing:
        return
    for revision in migrations.revisions:
        if revision.id in applied:
            does = set(difference(promised, past.before(revision.id), ignore=versions))
            if does and does <= missing:
                yield Finding(
                    revision.id,
                    "the database is stamped at it, but nothing of what it does is there",
                    _FIX,
                    revision.location,
                )
