"""Who the embedded server runs as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


class Way(Enum):
    """How a child process stops being root."""

    AS_IS = "this user is not root"
    OTHER_USER = "switch to another user"
    NAMESPACE = "appear as another user in a user namespace"


@dataclass(frozen=True, slots=True)
class Identity:
    """The user that the server's processes run as."""

    way: Way

    @property
    def switches(self) -> bool:
        """Whether files must be handed over to another user."""
        return self.way is Way.OTHER_USER

    @property
    def changes(self) -> bool:
        """Whether the server's processes may do less than this one."""
        return self.way is not Way.AS_IS

    def own(self, *paths: Path) -> None:
        """Hand files and directories over to the server's user."""
        if self.switches:
            for path in paths:
                os.chown(path, NOBODY, NOBODY)

    def spawn(
        self,
        arguments: Sequence[str | Path],
        environment: Mapping[str, str],
        output: int | IO[bytes],
        keep: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a program as the server's user; it ends when this process does, on Linux."""
        become, libc, parent = step(self.way), ctypes.CDLL(None, use_errno=True), os.getpid()

        def prepare() -> None:
            become()
            if sys.platform == "linux":
                # After the change of user, which clears it. An immediate shutdown is right: there
                # is nothing to save.
                libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
                if os.getppid() != parent:
                    os._exit(1)

        return subprocess.Popen(  # noqa: S603 - a PostgreSQL program that was looked for by path
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=dict(environment),
            pass_fds=keep,
            preexec_fn=prepare,  # noqa: PLW1509 - the supervisor has one thread
        )


def step(way: Way) -> Callable[[], None]:
    """What a child process does to itself between fork and exec."""
    uid, gid, libc = os.geteuid(), os.getegid(), ctypes.CDLL(None, use_errno=True)

    def other_user() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    def namespace() -> None:
        if libc.unshare(CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        # A root without any capability may not map itself; unmapped it appears as nobody anyway.
        with suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
            Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1", encoding="ascii")
            Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1", encoding="ascii")
        if os.geteuid() == 0:
            raise OSError(errno.EPERM, "still root")

    steps = {Way.AS_IS: lambda: None, Way.OTHER_USER: other_user, Way.NAMESPACE: namespace}
    return steps[way]


def works(way: Way) -> bool:
    """Whether this machine lets a child process do that."""
    child = os.fork()
    if child == 0:
        try:
            step(way)()
        except OSError:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status == 0


def choose() -> Identity:
    """The first way that works here. Raises PermissionError where root can be nobody else."""
    if os.geteuid() != 0:
        return Identity(Way.AS_IS)
    ways = [Way.OTHER_USER, Way.NAMESPACE] if sys.platform == "linux" else [Way.OTHER_USER]
    for way in ways:
        if works(way):
            return Identity(way)
    raise PermissionError("PostgreSQL does not run as root, and root may not change its user here")
