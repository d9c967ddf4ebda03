"""One revision on rows of the schema before it: up, and down again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from verification.catalog import Catalog
from verification.databases.session import connect
from verification.rehearsal.counters import Counter, advance, behind, counters
from verification.rehearsal.population import Population, adversarial, ordinary
from verification.rehearsal.survival import (
    Loss,
    Place,
    Values,
    lost_around,
    lost_upwards,
    snapshot,
)
from verification.revisions import Direction, Failure, Ground, Past, Revision, outside

Populate = Callable[[Catalog, Any], Population]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a revision did to rows that were there before it."""

    revision: str
    rows: int = 0
    failure: Failure | None = None
    lost: tuple[Loss, ...] = ()
    barren: Mapping[str, str] | None = None
    stopped: str = ""
    set_back: tuple[Counter, ...] = ()


def rehearse(past: Past, watched: Collection[str]) -> Iterator[Rehearsal]:
    """Run each of these revisions on ordinary rows, and on all that the schema before it allows."""
    for revision in past.migrations.revisions:
        if revision.id in watched:
            with past.ground(revision.id) as place:
                catalog = place.observer.catalog()
                if not catalog.tables:
                    continue
                with place.clone() as copy:
                    yield _run(past, revision, copy, catalog, adversarial, back=False)
                yield _run(past, revision, place, catalog, ordinary, back=True)


def _run(
    past: Past,
    revision: Revision,
    place: Ground,
    catalog: Catalog,
    populate: Populate,
    *,
    back: bool,
) -> Rehearsal:
    with closing(connect(place.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        population = populate(catalog, cursor)
        cursor.execute("COMMIT")
        rows = sum(population.rows.values())
        versions = past.versions
        advance(cursor, counters(cursor))
        before = snapshot(cursor, versions)
        went, error = past.step(place, revision, Direction.UP)
        if error is not None:
            if reason := outside(error, first=True):
                return Rehearsal(revision.id, rows, stopped=reason, barren=population.barren)
            return Rehearsal(revision.id, rows, went, barren=population.barren)
        if not back:
            return Rehearsal(revision.id, rows, barren=population.barren)
        late = tuple(behind(cursor, {table for table, _ in before}))
        upwards = dict(lost_upwards(before, snapshot(cursor, versions)))
        _, error = past.step(place, revision, Direction.DOWN)
        lost = _judged(before, upwards, None if error else snapshot(cursor, versions))
        return Rehearsal(revision.id, rows, None, tuple(lost), population.barren, set_back=late)


def _judged(
    before: Mapping[Place, Values],
    upwards: Mapping[Place, Loss],
    after: Mapping[Place, Values] | None,
) -> Iterator[Loss]:
    """Each loss once; what a downgrade can bring back was kept somewhere, so it is not lost."""
    around = dict(lost_around(before, after)) if after is not None else {}
    for place, loss in upwards.items():
        returned = after is not None and place not in around and _is_back(before[place], after)
        if not returned:
            yield loss
    told = {loss.subject for loss in upwards.values()}
    yield from (loss for loss in around.values() if loss.subject not in told)


def _is_back(values: Values, after: Mapping[Place, Values]) -> bool:
    return any(
        (each.table, each.column) == (values.table, values.column)
        and not values.found.keys() - each.found.keys()
        for each in after.values()
    )
