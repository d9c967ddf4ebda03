"""Another state of the project: a git ref, unpacked beside it, or a folder."""

from __future__ import annotations

import contextlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from verification.finding import Unknown

PATIENCE = 60


@contextlib.contextmanager
def checkout(root: Path, ref: str) -> Iterator[Path]:
    """The project as it is at this ref, in a folder of its own; the user's is never touched.

    A folder, relative to the project, is taken as it is. Raises Unknown.
    """
    folder = (root / ref).resolve()
    if folder.is_dir():
        yield folder
        return
    inner = git(root, "rev-parse", "--show-prefix").decode().strip()
    top = Path(git(root, "rev-parse", "--show-toplevel").decode().strip())
    packed = git(top, "archive", "--format=tar", commit_of(root, ref))
    with tempfile.TemporaryDirectory(prefix="verify-") as name:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(name, filter="data")
        place = Path(name).resolve() / inner
        if not place.is_dir():
            raise Unknown(f"the project was not yet there at {ref}")
        yield place


def files_at(root: Path, ref: str) -> frozenset[Path]:
    """Every file of the project at this ref, or in this folder, relative to it. Raises Unknown."""
    folder = (root / ref).resolve()
    if folder.is_dir():
        return frozenset(each.relative_to(folder) for each in folder.rglob("*.py"))
    listed = git(root, "ls-tree", "-r", "-z", "--name-only", commit_of(root, ref))
    return frozenset(Path(name) for name in listed.decode().split("\0") if name)


def commit_of(root: Path, ref: str) -> str:
    """The commit of a ref. Raises Unknown where there is none, such as in a shallow clone."""
    try:
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        return git(root, *asked).decode().strip()
    except Unknown:
        raise Unknown(
            f"there is no commit {ref!r} here; on CI fetch it: actions/checkout with fetch-depth: 0"
        ) from None


def git(root: Path, *words: str) -> bytes:
    """What git answers in this folder. Raises Unknown."""
    try:
        return subprocess.run(  # noqa: S603 - fixed words, and a ref that cannot be an option
            ["git", "-C", str(root), *words],  # noqa: S607 - the git of whoever runs this
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        ).stdout
    except FileNotFoundError:
        raise Unknown("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise Unknown(f"git {words[0]} did not end within {PATIENCE} s") from None
    except subprocess.CalledProcessError as error:
        text = " ".join(error.stderr.decode(errors="replace").split())
        raise Unknown(f"git {words[0]} fails: {text or error.returncode}") from None
