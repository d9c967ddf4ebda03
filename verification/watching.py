"""`verify --watch`: run again whenever a file of the project has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from verification.config import ConfigError

TELLING = (".py", ".toml", ".ini", ".cfg", ".sql", ".mako", ".env")
INTERRUPTED = 130
OFTEN = 200  # milliseconds
SHOWN = 3  # names of changed files, enough to see why


def watch(words: Sequence[str], root: Path) -> int:
    """Verify, wait for a change, verify again. Interrupted while it waits: 0; in a run: 130."""
    for told in _changes(root):
        sys.stderr.write(f"verify: {told}\n")
        try:
            code = _verified(words)
        except KeyboardInterrupt:
            return INTERRUPTED
        sys.stderr.write(f"verify: exit code {code}; waiting for a change (Ctrl-C ends)\n")
    return 0


def _changes(root: Path) -> Iterator[str]:
    """One line for the start, and one for every change, until somebody interrupts the waiting."""
    try:
        from watchfiles import DefaultFilter, watch  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigError(
            "--watch needs watchfiles; try pip install 'verification-kit[watch]'"
        ) from None
    usual = DefaultFilter()
    told = f"watching {root.resolve().name}"
    # The first of these comes as soon as the watching has begun: what is saved during a run counts.
    for changes in watch(
        root,
        watch_filter=lambda change, path: path.endswith(TELLING) and usual(change, path),
        rust_timeout=OFTEN,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        names = sorted({Path(path).name for _, path in changes})
        if names:
            told = f"changed: {', '.join(names[:SHOWN])}{' ...' * (len(names) > SHOWN)}"
        if told:
            yield told
        told = ""


def _verified(words: Sequence[str]) -> int:
    """Run in a process of its own: the project's modules are imported anew.

    An interrupt reaches that process too; it is left the time to take down what it has started.
    """
    # Bytecode is told from its source by the second and the size, which a quick edit may keep.
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "verification", *words]
    with subprocess.Popen(command, env=surroundings) as run:  # noqa: S603 - the same words again
        try:
            return run.wait()
        except KeyboardInterrupt:
            with suppress(KeyboardInterrupt):
                run.wait()
            raise
