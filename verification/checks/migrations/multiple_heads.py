"""A history that ends twice."""

from collections import Counter
from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.revisions import Migrations


@check(Severity.ERROR)
def multiple_heads(migrations: Migrations) -> Iterator[Finding]:
    """The revisions have more than one head.

    Two branches were merged that each added a revision. `alembic upgrade head` refuses to choose,
    so the deploy stops there. Branches that each have a label of their own are meant to be several.

    ```python bad versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```python bad versions/2_left.py
    revision, down_revision = "2", "1"
    def upgrade(): pass
    ```

    ```python bad versions/3_right.py
    revision, down_revision = "3", "1"
    def upgrade(): pass
    ```

    ```python good versions/1_start.py
    revision, down_revision = "1", None
    def upgrade(): pass
    ```

    ```python good versions/2_next.py
    revision, down_revision = "2", "1"
    def upgrade(): pass
    ```

    ```python good versions/1_start.py
    revision, down_revision, branch_labels = "1", None, "shop"
    def upgrade(): pass
    ```

    ```python good versions/2_next.py
    revision, down_revision, branch_labels, depends_on = "2", None, "stock", "1"
    def upgrade(): pass
    ```
    """
    if len(migrations.heads) > 1 and not _are_branches(migrations):
        heads = " and ".join(sorted(migrations.heads))
        place = next(r.location for r in migrations.revisions if r.id in migrations.heads)
        yield Finding(heads, "the revisions have more than one head", "alembic merge heads", place)


def _are_branches(migrations: Migrations) -> bool:
    """Whether each head is the end of a branch with a label of its own, and so meant to be one."""
    labels = [set(migrations.script.get_revision(head).branch_labels) for head in migrations.heads]
    counted = Counter(label for each in labels for label in each)
    return all(any(counted[label] == 1 for label in each) for each in labels)
