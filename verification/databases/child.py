"""Processes of our own that outlive this one just long enough to clean up after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any

START = (
    "import sys; sys.path[:] = sys.argv[2:]; from importlib import import_module; "
    "import_module(sys.argv[1]).main()"
)


def launch(module: str, job: dict[str, Any]) -> subprocess.Popen[str]:
    """Run `module.main()` in a process that is told its job, and this one's death, by its stdin.

    The job may hold a password, so it never travels in arguments or in the environment. A session
    of its own keeps Ctrl-C away from it: the end of stdin is its only signal, and that comes
    however this process ends.
    """
    path = [os.path.realpath(entry) for entry in sys.path]
    process = subprocess.Popen(  # noqa: S603 - this interpreter, with our own code
        [sys.executable, "-I", "-c", START, module, *path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        text=True,
        start_new_session=True,
    )
    send(process.stdin, job)
    return process


def dismiss(process: subprocess.Popen[str]) -> None:
    """End the stdin of a process, which is its signal, and wait until it has cleaned up."""
    for stream in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            if stream:
                stream.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def send(stream: IO[str] | None, message: dict[str, Any]) -> None:
    """Write one message, or nothing at all to somebody who has gone."""
    if stream is None:
        return
    try:
        stream.write(json.dumps(message) + "\n")
        stream.flush()
    except BrokenPipeError:
        return


def receive(stream: IO[str] | None) -> dict[str, Any] | None:
    """Read one message; None when the other side has gone."""
    line = stream.readline() if stream else ""
    if not line.endswith("\n"):
        return None
    message: dict[str, Any] = json.loads(line)
    return message
