"""The private directory an embedded server lives in, and what tells a live one from a dead one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PREFIX = "verify-pg-"
ENOUGH = 1 << 30


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory whose lock file stays locked while any process of its server lives."""

    path: Path
    lock: int

    def remove(self) -> None:
        """Remove it with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def roots() -> Iterator[Path]:
    """Where such a directory may lie, best first: memory where it has room, then disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a private directory with a random name is made in it
    if memory.is_dir() and os.access(memory, os.W_OK | os.X_OK) and room(memory) >= ENOUGH:
        yield memory
    yield Path(tempfile.gettempdir())
    if os.access("/var/tmp", os.W_OK | os.X_OK):  # noqa: S108 - the same
        yield Path("/var/tmp")  # noqa: S108 - the same


def room(path: Path) -> int:
    """The free bytes of a file system."""
    figures = os.statvfs(path)
    return figures.f_bavail * figures.f_frsize


def reachable(path: Path) -> bool:
    """Whether a stranger can get to what lies in a directory."""
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def make(root: Path) -> Directory:
    """A new directory, locked before it bears a name that `sweep` would look at."""
    hidden = Path(tempfile.mkdtemp(prefix="." + PREFIX, dir=root))
    hidden.chmod(0o711)
    lock = os.open(hidden / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    path = hidden.with_name(hidden.name.removeprefix("."))
    hidden.rename(path)
    return Directory(path, lock)


def abandoned(path: Path) -> bool:
    """Whether a directory is ours and no process of its server lives."""
    try:
        if path.is_symlink() or path.stat().st_uid != os.geteuid():
            return False
        lock = os.open(path / "lock", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True


def bury(path: Path) -> None:
    """Remove a directory whose supervisor was killed, when its server has followed."""
    deadline = time.monotonic() + 5
    while not abandoned(path) and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(path, ignore_errors=True)


def sweep(root: Path) -> None:
    """Remove what servers have left behind whose every process was killed."""
    for path in root.glob(PREFIX + "*"):
        if abandoned(path):
            shutil.rmtree(path, ignore_errors=True)
