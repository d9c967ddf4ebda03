"""What is worth keeping between runs, in a directory that belongs to this user alone."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

UNUSED_AFTER = 7 * 86400
UNFINISHED_AFTER = 3600
UNFINISHED = ".new-"


def home() -> Path | None:
    """The directory, made if need be; None where this user has none that nobody else may write."""
    try:
        default = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
        base = Path(os.environ.get("XDG_CACHE_HOME") or default).expanduser()
        if not base.is_absolute() or not mine(base):
            return None
        path = base / "verification-kit"
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path if mine(path) and not path.stat().st_mode & 0o022 else None
    except (OSError, RuntimeError):
        return None


def mine(path: Path) -> bool:
    """Whether a path, or the first parent of it that exists, is this user's: not so under sudo."""
    existing = next(entry for entry in (path, *path.parents) if entry.exists())
    return existing.stat().st_uid == os.geteuid()


def find(name: str) -> Path | None:
    """A directory that was kept under this name, if it was."""
    where = home()
    kept = where / name if where else None
    if kept is None or not kept.is_dir():
        return None
    os.utime(kept)
    return kept


def keep(name: str, fill: Callable[[Path], None]) -> None:
    """Fill a directory and give it its name in one step; doing without is never an error."""
    where = home()
    if where is None:
        return
    try:
        prune(where)
        fresh = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=where))
        try:
            fill(fresh)
            fresh.rename(where / name)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError:
        return


def forget(name: str) -> None:
    """Remove what turned out to be of no use."""
    if where := home():
        shutil.rmtree(where / name, ignore_errors=True)


def prune(where: Path) -> None:
    """Remove what has not been used for a week, or was never finished."""
    for entry in where.iterdir():
        patience = UNFINISHED_AFTER if entry.name.startswith(UNFINISHED) else UNUSED_AFTER
        if time.time() - entry.stat().st_mtime > patience:
            shutil.rmtree(entry, ignore_errors=True)
