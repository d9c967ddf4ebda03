"""Alembic revisions: which there are, where they stand, and running them on a database."""

from verification.revisions.chain import Break
from verification.revisions.checkout import checkout
from verification.revisions.failing import failure, outside, place_in, sqlstate
from verification.revisions.ground import Ground, Limits
from verification.revisions.identity import commit, content
from verification.revisions.past import Past
from verification.revisions.script import Migrations, Ran, Revision, broken, find, load
from verification.revisions.shared import missing_role, missing_schema
from verification.revisions.source import imports
from verification.revisions.squawk import Linted
from verification.revisions.step import (
    Direction,
    Failure,
    Irreversible,
    Lock,
    Statement,
    Step,
    Walk,
    words,
)
from verification.revisions.walking import walk
from verification.revisions.watching import ancestors, newest, pending, unknown_at

__all__ = [
    "Break",
    "Direction",
    "Failure",
    "Ground",
    "Irreversible",
    "Limits",
    "Linted",
    "Lock",
    "Migrations",
    "Past",
    "Ran",
    "Revision",
    "Statement",
    "Step",
    "Walk",
    "ancestors",
    "broken",
    "checkout",
    "commit",
    "content",
    "failure",
    "find",
    "imports",
    "load",
    "missing_role",
    "missing_schema",
    "newest",
    "outside",
    "pending",
    "place_in",
    "sqlstate",
    "unknown_at",
    "walk",
    "words",
]
