"""Which revisions can still be changed: those that no database has yet."""

from __future__ import annotations

from collections.abc import Collection

from verification.revisions.checkout import files_at
from verification.revisions.script import Migrations


def ancestors(migrations: Migrations, ids: Collection[str]) -> frozenset[str]:
    """These revisions and everything they rest on."""
    known = {revision.id: revision for revision in migrations.revisions}
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        each = waiting.pop()
        if each not in found and each in known:
            found.add(each)
            waiting += known[each].rests_on or known[each].follows
    return frozenset(found)


def pending(migrations: Migrations, applied: Collection[str]) -> frozenset[str]:
    """What a deploy would run on a database at these revisions."""
    return frozenset(r.id for r in migrations.revisions) - ancestors(migrations, applied)


def newest(migrations: Migrations) -> frozenset[str]:
    """The ends of the history, where nothing is known of any database.

    What comes before them is taken as deployed: it was reviewed, it has run, it cannot be changed.
    The very first revision blocks nobody.
    """
    return frozenset(
        revision.id
        for revision in migrations.revisions
        if revision.id in migrations.heads and revision.follows
    )


def unknown_at(migrations: Migrations, ref: str) -> frozenset[str]:
    """The revisions whose files are not there at this ref."""
    files = files_at(migrations.root, ref)
    return frozenset(
        revision.id
        for revision in migrations.revisions
        if not revision.path.is_relative_to(migrations.root)
        or revision.path.relative_to(migrations.root) not in files
    )
