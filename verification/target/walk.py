"""What the project's revisions are and do, one after the other."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata

from verification import revisions
from verification.catalog import fingerprint
from verification.config import Config
from verification.databases import Server
from verification.finding import Location, NotApplicable, Unknown
from verification.rehearsal import Rehearsal, rehearse
from verification.revisions import (
    Break,
    Direction,
    Failure,
    Linted,
    Migrations,
    Past,
    Walk,
    broken,
    find,
    squawk,
)
from verification.target.fact import Facts, fact


@fact
def chain(config: Config, code: str) -> tuple[Break, ...]:
    """Where the revisions fail to be one history; nothing, where they are one."""
    file = find(config.root, config.alembic)
    if file is None:
        raise NotApplicable("the project has no Alembic configuration")
    return broken(config.root, file)


@fact
def watched(config: Config, migrations: Migrations, target: Facts) -> frozenset[str]:
    """The revisions that can still be changed: the pending ones, or the newest.

    Where a deployed database tells what it has, the rest is to be run; where nothing is deployed
    or can be asked, whatever the release now running has, or else all before the newest revision,
    is taken as deployed.
    """
    newest = target["since_release"] if config.previous else revisions.newest(migrations)
    try:
        applied = target["applied"]
    except (NotApplicable, Unknown):
        return frozenset(newest)
    waiting = revisions.pending(migrations, applied)
    if applied and waiting and len(waiting) < len(migrations.revisions):
        return waiting
    return frozenset() if applied and _deployed(target) else frozenset(newest)


def _deployed(target: Facts) -> bool:
    try:
        return bool(target["url"])
    except NotApplicable:
        return False  # the database that was asked is a rehearsal, so it has everything


@fact
def walk(config: Config, migrations: Migrations, server: Server, watched: frozenset[str]) -> Walk:
    """Every revision applied, undone and applied again in a disposable database.

    Where `migrations-since` names some, all before these are only applied.
    """
    if not migrations.revisions:
        raise NotApplicable("there is not one revision yet")
    limits = revisions.Limits(whole=config.migration_timeout)
    return revisions.walk(migrations, server, watched, limits, _since(config, migrations))


def _since(config: Config, migrations: Migrations) -> frozenset[str] | None:
    wanted = config.migrations_since
    if not wanted:
        return None
    if wanted.isdecimal():
        count = len(migrations.revisions) - int(wanted)
        return frozenset(each.id for each in migrations.revisions[max(count, 0) :])
    return revisions.unknown_at(migrations, wanted)


@fact
def linted(walk: Walk, server: Server) -> Linted | None:
    """What squawk says of what the watched revisions sent; None where it is not installed."""
    program = squawk.find()
    if not program:
        return None
    sent = [
        statement.text
        for step in walk.steps
        if step.direction is Direction.UP and step.revision in walk.watched
        for statement in step.statements
        if statement.text
    ]
    try:
        return squawk.lint(program, sent, server.version)
    except Unknown:
        return None


@fact
def straight(migrations: Migrations, target: Facts) -> Failure | None:
    """Why all revisions in one run, as a deploy from zero makes it, do not work; else None."""
    try:
        target["template"]
    except Unknown as reason:
        cause = reason.__cause__
        if cause is None or revisions.outside(cause, first=True):
            raise
        paths = {revision.path: revision.location for revision in migrations.revisions}
        place = revisions.place_in(cause, paths) or Location("env.py")
        return revisions.failure(cause, None, place)
    return None


@fact
def rehearsed(past: Past, watched: frozenset[str], walk: Walk) -> tuple[Rehearsal, ...]:
    """The watched revisions, each run on rows of the schema before it."""
    reached = {step.revision for step in walk.steps if not step.failure}
    return tuple(rehearse(replace(past, versions=walk.versions), watched & reached))


@fact
def past(migrations: Migrations, server: Server) -> Past:
    """The schema at any point of the history, built when it is asked for."""
    return Past(migrations, server)


@fact
def evidence(config: Config, target: Facts) -> Mapping[str, str]:
    """What a verdict is bound to: the commit, the revisions, the schema that was seen and theirs.

    What cannot be learnt is left out; whoever relies on the verdict must then refuse.
    """
    found = {
        "kit": metadata.version("verification-kit"),
        "commit": revisions.commit(config.root),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    ways: Mapping[str, Callable[[], str]] = {
        "heads": lambda: " ".join(sorted(target["migrations"].heads)),
        "revisions": lambda: revisions.content(target["migrations"]),
        "migrated": lambda: fingerprint(target["migrated"]),
        "applied": lambda: " ".join(sorted(target["applied"])),
        "deployed": lambda: fingerprint(target["deployed"]),
        "postgresql": lambda: target["deployed"].facts().version,
        "rehearsed_on": lambda: target["server"].source,
    }
    for name, way in ways.items():
        with contextlib.suppress(NotApplicable, Unknown):
            found[name] = way()
    return found
