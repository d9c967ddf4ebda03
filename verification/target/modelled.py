"""What the models alone promise."""

from contextlib import suppress

from verification.catalog import Catalog
from verification.finding import NotApplicable, Unknown
from verification.target.fact import Facts, fact


@fact
def modelled(target: Facts) -> Catalog:
    """What the models declare, in a project that has no migrations to build it."""
    if _has_revisions(target):
        raise NotApplicable("the project has migrations, and they are what the database must be")
    with suppress(NotApplicable, Unknown):
        if target["url"]:
            target["looking"]  # the database answers while the DDL is compiled
    return target["declared"]  # type: ignore[no-any-return] # facts are Any by nature


def _has_revisions(target: Facts) -> bool:
    try:
        return bool(target["migrations"].revisions)
    except NotApplicable:
        return False
