"""The service as it is deployed: a process of its own behind a real socket."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from backend.tests.api import TASKS, USERS, Connection, Dsn
from backend.tests.conftest import ROOT
from backend.tests.locks import locked, states


class Process:
    """`uvicorn backend.main:app` on a free port, and the lines it prints."""

    def __init__(self, url: str) -> None:
        """Start it and wait until it listens."""
        options = ["--port", "0", "--no-access-log", "--timeout-graceful-shutdown", "10"]
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed arguments
            [sys.executable, "-m", "uvicorn", "backend.main:app", *options],
            cwd=ROOT,
            env={**os.environ, "APP_ENV": "testing", "DATABASE_URL": url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.output = self.process.stdout
        self.lines: list[str] = []
        for line in self.output:
            self.lines.append(line)
            if found := re.search(r"running on (http://\S+)", line):
                self.url = found[1]
                break
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.output))
        self.reader.start()

    def stop(self) -> int:
        """Ask it to end, as a platform does, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=15)
        self.reader.join()
        self.output.close()
        return code


@pytest.fixture
def process(dsn: Dsn) -> Iterator[Process]:
    """The service on a database of the test's own."""
    process = Process(dsn.reveal())
    yield process
    process.stop()


def await_state(direct: Connection, state: str | None) -> None:
    """Wait until the service's connections are all in this state, or gone."""
    for _ in range(300):
        if states(direct).keys() <= {"idle"} if state is None else state in states(direct):
            return
        time.sleep(0.01)
    raise AssertionError(states(direct))


def test_it_serves_survives_a_disconnect_and_ends_cleanly(
    process: Process, dsn: Dsn, direct: Connection
) -> None:
    user = httpx.post(process.url + USERS, json={"email": "ada@example.org"}).json()["id"]
    task = {"title": "x", "user_id": user}
    assert httpx.post(process.url + TASKS, json=task).status_code == 201
    assert httpx.get(f"{process.url}/health/ready").status_code == 200

    parts = urlsplit(process.url)
    with locked(dsn), socket.create_connection((parts.hostname, parts.port)) as client:
        client.sendall(f"GET {USERS} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await_state(direct, "active")
        # The client is gone; the request ends when the lock does, and leaves nothing behind.
    await_state(direct, None)
    assert httpx.get(process.url + USERS).status_code == 200

    answers: list[int] = []
    last = threading.Thread(
        target=lambda: answers.append(httpx.get(process.url + USERS).status_code)
    )
    with locked(dsn):
        last.start()
        await_state(direct, "active")
        process.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
    last.join()
    assert answers == [200]  # what had begun was finished
    assert process.stop() in {0, -signal.SIGTERM}
    assert states(direct) == {}

    logged = [json.loads(line) for line in process.lines if line.startswith("{")]
    assert len(logged) >= 5
    assert not any("Traceback" in line for line in process.lines)
    assert {line["message"] for line in logged} >= {"request", "Application startup complete."}


def test_with_wrong_settings_it_does_not_start() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "uvicorn", "backend.main:app", "--port", "0"],
        cwd=ROOT,
        env={
            **os.environ,
            "APP_ENV": "production",
            "DATABASE_URL": "postgresql://ada:canary@db.example.org/app",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode != 0
    assert "the server is not authenticated" in ended.stderr + ended.stdout
    assert "canary" not in ended.stderr + ended.stdout
