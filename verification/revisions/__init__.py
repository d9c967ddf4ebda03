"""Alembic revisions: which there are, where they stand, and running them on a database."""

from verification.revisions.script import Migrations, Ran, Revision, find, load

__all__ = ["Migrations", "Ran", "Revision", "find", "load"]
