"""The files of a project that others get to see."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

LARGEST = 1 << 20  # bytes; beyond that it is data
BUILT = {"node_modules", "site-packages", "__pycache__", "build", "dist", "venv", "env"}
# Where there is no repository to ask, a .env is taken to be a developer's own.
_LOCAL_ENV = re.compile(r"\.env(\.(?!example$|sample$|template$|dist$).*)?")


def shared(root: Path) -> Sequence[Path]:
    """What git tracks below `root`; without a repository, what looks like it would be."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 - the git of whoever runs this
            cwd=root,
            capture_output=True,
            check=True,
            timeout=30,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return sorted(_walked(root))
    names = listed.decode("utf-8", "surrogateescape").split("\0")
    return [root / name for name in sorted(filter(None, names))]


def _walked(root: Path) -> Iterator[Path]:
    for folder, inner, files in os.walk(root):
        inner[:] = [n for n in inner if n not in BUILT and (n[0] != "." or n == ".github")]
        yield from (Path(folder) / name for name in files if not _LOCAL_ENV.fullmatch(name))


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The numbered lines of a text file; none of one that is large, missing or no text."""
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST:
            return
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if "\0" not in text:
        yield from enumerate(text.splitlines(), 1)
