"""A history with a hole in it."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.revisions import Break


@check(Severity.ERROR)
def broken_chain(chain: tuple[Break, ...]) -> Iterator[Finding]:
    """The revisions are not one history.

    One follows a revision that is not there, two have the same id, they follow each other in a
    circle, or a file in the versions folder cannot be read. No Alembic command runs any more, or
    worse, Alembic takes one of two files and says nothing.

    ```python bad versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```python bad versions/3_next.py
    revision, down_revision = "3", "2"
    def upgrade(): pass
    ```

    ```python bad versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```python bad versions/1_copy.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```python bad versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(:
    ```

    ```python good versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```python good versions/2_next.py
    revision, down_revision = "2", "1"
    def upgrade(): pass
    ```
    """
    for found in chain:
        yield Finding(found.subject, found.message, found.fix, found.location)
