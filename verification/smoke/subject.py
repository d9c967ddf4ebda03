"""The branch that is looked at: a given one, or one of our own that is gone afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from verification.connect.answer import Unanswered
from verification.connect.retrying import answered
from verification.dsn import Dsn
from verification.neon.client import Neon
from verification.neon.dsn import direct, is_neon, pooled
from verification.neon.resources import Branch
from verification.neon.transport import NeonError

PREFIX = "verify-smoke-"
WAKING = 60.0  # seconds for a branch to answer for the first time
GIVEN = 20.0  # seconds for one that is there already, and may be asleep


class Refused(Exception):
    """Nothing is done, because something cannot be proven; the message is one line."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A branch, and the two ways to it."""

    id: str
    direct: Dsn
    pooled: Dsn
    disposable: bool
    """Whether it was made for this run, so that it may be written to."""
    parent: str = ""
    database: str = ""


def given(neon: Neon | None, name: str) -> Subject:
    """The branch with this id, name or URL, proven to be what it says. Raises Refused."""
    if "://" in name:
        dsn = Dsn.parse(name)
        if not is_neon(dsn):
            raise Refused(f"{dsn.host or 'the URL'} is not a Neon host")
        id_ = _proven(direct(dsn), "", GIVEN)
        return Subject(id_, direct(dsn), pooled(dsn), disposable=False)
    if neon is None:
        raise Refused("a branch by name needs NEON_API_KEY and NEON_PROJECT_ID")
    branch = neon.branch(name)
    return _reached(neon, branch, disposable=False)


@contextmanager
def created(neon: Neon, parent: str, life: timedelta) -> Iterator[Subject]:
    """A new branch that is deleted in every ending; where even that fails, Neon does it later."""
    origin = neon.branch(parent).id if parent else ""
    name = PREFIX + token_hex(6)
    made = neon.create(name, parent=origin, expires_at=datetime.now(UTC) + life)
    try:
        yield _reached(neon, made.branch, disposable=True)
    finally:
        try:
            neon.delete(made.branch.id)
        except NeonError as error:
            sys.stderr.write(f"verify: {name} is not deleted, Neon does it later: {error}\n")


def left_behind(neon: Neon, now: datetime) -> list[Branch]:
    """Branches of earlier runs that should be gone by now, or never will be by themselves."""
    return [each for each in _ours(neon) if each.expires_at is None or each.expires_at < now]


def under_way(neon: Neon, now: datetime) -> list[Branch]:
    """Branches of other runs, or of ones that were killed, which Neon deletes when it is time."""
    return [each for each in _ours(neon) if each.expires_at is not None and each.expires_at >= now]


def _ours(neon: Neon) -> list[Branch]:
    return [branch for branch in neon.branches() if branch.name.startswith(PREFIX)]


def writable(neon: Neon, subject: Subject) -> None:
    """Raises Refused unless the branch is proven to be one that may be written to."""
    branch = neon.branch(subject.id)
    if branch.untouchable:
        raise Refused(f"{branch.name} is {branch.untouchable}: nothing is written to it")
    _proven(subject.direct, subject.id)


def _reached(neon: Neon, branch: Branch, *, disposable: bool) -> Subject:
    databases = neon.databases(branch.id)
    if not databases:
        raise Refused(f"{branch.name} has no database")
    database, owner = databases[0]
    straight, shared = (
        neon.connection(branch.id, database, owner, pooled=each) for each in (False, True)
    )
    _proven(straight, branch.id)
    return Subject(branch.id, straight, shared, disposable, branch.parent_id, database)


def _proven(dsn: Dsn, wanted: str, patience: float = WAKING) -> str:
    """The branch that really answers. Raises Refused where it is none, or another one."""
    try:
        who = answered(dsn, patience).identity
    except Unanswered as nothing:
        raise Refused(f"{dsn.host}: no answer, {nothing.failure}") from None
    if not who.branch:
        raise Refused(f"{dsn.host} does not say which branch it is: not Neon")
    if wanted and who.branch != wanted:
        raise Refused(f"{dsn.host} is branch {who.branch}, not {wanted}")
    return who.branch
