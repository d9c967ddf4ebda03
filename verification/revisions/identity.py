"""What binds a verdict to the code that was verified: its commit, and its revisions."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

from verification.revisions.script import Migrations


def commit(root: Path) -> str:
    """The commit that is checked out, with `+` where files differ from it; empty without git."""
    head = _git(root, "rev-parse", "HEAD")
    return f"{head}+" if head and _git(root, "status", "--porcelain", "-uno") else head


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            ["git", "-C", str(root), *words],  # noqa: S607 - the git of whoever runs this
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def content(migrations: Migrations) -> str:
    """A digest of every revision's file: equal, and the same code would run."""
    parts = sorted((r.id, sha256(r.path.read_bytes()).hexdigest()) for r in migrations.revisions)
    return sha256(repr(parts).encode()).hexdigest()
