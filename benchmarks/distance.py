"""A server 50 ms away: another network namespace behind a relay of packets between two TUN devices.

TCP runs over the whole distance, so its handshake and its slow start are real. It needs Linux and
root.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import IO, Any, cast

from relay import Counts, forward

ONE_WAY = 0.025
NEAR, FAR = "10.213.77.1", "10.213.77.2"
NEW_NETWORK = 0x40000000
SET_DEVICE, TUN_WITHOUT_HEADER = 0x400454CA, 0x1001


@contextmanager
def distance(port: int) -> Iterator[tuple[tuple[str, int], Callable[[], tuple[int, int]]]]:
    """The far address of a local server's port, and a function that tells what has passed."""
    command = [sys.executable, __file__, str(port)]
    with subprocess.Popen(  # noqa: S603 - this file
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        host, far_port = json.loads(stdout.readline())

        def passed() -> tuple[int, int]:
            stdin.write("\n")
            trips, received = json.loads(stdout.readline())
            return trips, received

        try:
            yield (host, far_port), passed
        finally:
            process.kill()


def main(port: int) -> None:
    """Join both ends and forward; each line of input is answered with what has passed."""
    near = device("verifynear", NEAR)
    ends: dict[str, Any] = {}
    ready = threading.Event()

    def far_end() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(NEW_NETWORK):
            raise OSError(ctypes.get_errno(), "no new network namespace")
        ends["device"] = device("verifyfar", FAR)
        ends["listener"] = socket.create_server((FAR, 0))
        ready.set()

    threading.Thread(target=far_end, daemon=True).start()
    ready.wait(5)
    for source, target in ((near, ends["device"]), (ends["device"], near)):
        queue: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
        threading.Thread(target=take, args=(source, queue), daemon=True).start()
        threading.Thread(target=give, args=(target, queue), daemon=True).start()
    counts = Counts()
    job = (ends["listener"], "127.0.0.1", port, counts)
    threading.Thread(target=forward, args=job, daemon=True).start()
    print(json.dumps([FAR, ends["listener"].getsockname()[1]]), flush=True)
    for _ in sys.stdin:
        print(json.dumps([counts.round_trips, counts.received]), flush=True)


def device(name: str, address: str) -> int:
    """A point-to-point device of this thread's network namespace."""
    opened = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(opened, SET_DEVICE, struct.pack("16sH", name.encode(), TUN_WITHOUT_HEADER))
    peer = FAR if address == NEAR else NEAR
    for words in (f"addr add {address} peer {peer} dev {name}", f"link set {name} up"):
        subprocess.run(["ip", *words.split()], check=True)  # noqa: S603, S607 - constants
    return opened


def take(source: int, queue: SimpleQueue[tuple[float, bytes]]) -> None:
    """Read packets as they come."""
    while True:
        packet = os.read(source, 65536)
        queue.put((time.monotonic() + ONE_WAY, packet))


def give(target: int, queue: SimpleQueue[tuple[float, bytes]]) -> None:
    """Deliver each when it is due."""
    while True:
        due, packet = queue.get()
        time.sleep(max(0.0, due - time.monotonic()))
        os.write(target, packet)


if __name__ == "__main__":
    main(int(sys.argv[1]))
