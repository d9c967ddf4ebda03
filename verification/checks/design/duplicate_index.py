"""The same index twice."""

from collections.abc import Iterator
from itertools import combinations

from verification.catalog import Catalog, Index, Table, View
from verification.check import check
from verification.checks.design._indexes import drop, keys, needed, relations, serving
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def duplicate_index(deployed: Catalog) -> Iterator[Finding]:
    """Two indexes of a table are the same but for their names.

    Every write pays for both, every query uses one. Usual causes: `index=True` on a primary key or
    on a unique column, and a migration that ran twice under two names.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    CREATE INDEX one ON hero (name);
    CREATE INDEX two ON hero (name);
    ```

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY);
    CREATE INDEX ix_hero_id ON hero (id);
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, name text, age int);
    CREATE INDEX ON hero (name);
    CREATE INDEX ON hero (name DESC NULLS LAST);
    CREATE INDEX ON hero (name text_pattern_ops);
    CREATE INDEX ON hero (name) WHERE age > 100;
    CREATE INDEX ON hero (lower(name));
    CREATE INDEX ON hero USING hash (name);
    CREATE INDEX ON hero (name, age);
    ```
    """
    for whole in relations(deployed):
        told = set()
        for one, other in combinations(whole.indexes, 2):
            if not _same(one, other):
                continue
            kept, spare = sorted((one, other), key=lambda each: _worth(each, whole))
            if spare.name in told or needed(spare, whole) or not _replaces(kept, spare, whole):
                continue
            told.add(spare.name)
            yield Finding(
                whole.subject(spare),
                f"the index of {whole.qualified} is the same as {whole.subject(kept)}",
                drop(spare, whole),
            )


def _same(one: Index, other: Index) -> bool:
    return (
        one.valid
        and other.valid
        and one.method == other.method
        and keys(one) == keys(other)
        and one.predicate == other.predicate
        and set(one.include) == set(other.include)
        and one.options == other.options
    )


def _worth(index: Index, whole: Table | View) -> tuple[bool, bool, bool, bool, str]:
    """The first in this order is kept."""
    kept = needed(index, whole)
    return not index.primary, not index.constraint, not index.unique, not kept, index.name


def _replaces(kept: Index, spare: Index, whole: Table | View) -> bool:
    """What the spare one enforces, the kept one must enforce too."""
    if not spare.unique:
        # An exclusion constraint is served by an index that is not marked unique.
        return not spare.constraint
    if not kept.unique or kept.nulls_not_distinct != spare.nulls_not_distinct:
        return False
    first, second = serving(kept, whole), serving(spare, whole)
    return bool(first and first.deferrable) == bool(second and second.deferrable)
