"""Run the whole stand-in: databases, API and front, until it is closed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from verification.neon.standin.answers import HOST
from verification.neon.standin.api import api
from verification.neon.standin.front import Front
from verification.neon.standin.world import Databases, World

STARTING = 10.0  # seconds


class CannotRun(Exception):
    """The stand-in cannot be started; the message is one line."""


@dataclass(frozen=True, slots=True)
class Standin:
    """A running stand-in."""

    world: World
    front: Front
    base: str
    """The address of its API."""


@contextmanager
def standin(server: Databases, port: int = 0) -> Iterator[Standin]:
    """Run it on this machine; its databases are dropped at the end. Raises CannotRun."""
    world = World(server)
    try:
        with tempfile.TemporaryDirectory() as folder:
            front = Front(world, _certificate(Path(folder)))
            with front, _serving(world, front, port) as base:
                yield Standin(world, front, base)
    finally:
        world.close()


@contextmanager
def _serving(world: World, front: Front, port: int) -> Iterator[str]:
    try:
        import uvicorn  # noqa: PLC0415 - only the stand-in serves
    except ImportError:
        raise CannotRun("the stand-in needs uvicorn: pip install uvicorn fastapi") from None

    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(api(world, front.address), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTING
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STARTING)
        listener.close()


def _certificate(folder: Path) -> Path:
    """A key and a certificate of its own authority for every host of the stand-in."""
    program = shutil.which("openssl")
    if program is None:
        raise CannotRun("the stand-in needs openssl to make its certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    request = "req -x509 -nodes -days 30 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    words = [*request.split(), "-subj", "/CN=stand-in", "-addext", f"subjectAltName=DNS:*.{HOST}"]
    subprocess.run(  # noqa: S603 - openssl from PATH, with our own arguments
        [program, *words, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
        timeout=20,
    )
    whole = folder / "standin.pem"
    whole.write_bytes(key.read_bytes() + certificate.read_bytes())
    whole.chmod(0o600)
    return whole
