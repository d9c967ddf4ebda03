"""Alembic revisions: which there are, where they stand, and running them on a database."""

from verification.revisions.chain import Break
from verification.revisions.script import Migrations, Ran, Revision, broken, find, load

__all__ = ["Break", "Migrations", "Ran", "Revision", "broken", "find", "load"]
