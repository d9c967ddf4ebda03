"""Which tables env.py says are the models' business."""

from collections.abc import Callable, Iterable
from typing import Any

from verification.catalog import Table
from verification.databases import Server
from verification.finding import NotApplicable, Unknown
from verification.revisions import Migrations
from verification.revisions.inclusion import Inclusion
from verification.target.fact import Facts, fact


@fact
def inclusion(target: Facts) -> Inclusion:
    """The filters of env.py, read by running it without a step; none where there is no Alembic."""
    try:
        migrations: Migrations = target["migrations"]
        metadata = target["metadata"]
    except NotApplicable:
        return Inclusion()
    options: dict[str, Any] = {}

    def steps(_at: object, context: Any) -> Iterable[Any]:
        options.update(context.opts)
        return ()

    server: Server = target["server"]
    with server.clone(target["template"].dsn) as dsn:  # what env.py does besides may need tables
        migrations.run(dsn, steps)
    return Inclusion(options, metadata)


@fact
def left_out(target: Facts) -> Callable[[Table], bool]:
    """Whether env.py keeps out a table that no migration makes; asked only where there is one."""

    def says(table: Table) -> bool:
        try:
            known: Inclusion = target["inclusion"]
        except (NotApplicable, Unknown):
            return False
        return known.leaves_out(table)

    return says
