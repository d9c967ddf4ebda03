import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from verification.databases import Server
from verification.databases.directory import PREFIX, abandoned, make, sweep
from verification.databases.session import Session
from verification.tests.databases.processes import CLIENT, alive, comes_true, parent, postmaster

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


@contextmanager
def client(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], Path, str]]:
    """A process that has a server, the server's data directory and its databases' prefix."""
    process = subprocess.Popen(  # noqa: S603 - this Python, with our own code
        [sys.executable, "-c", CLIENT],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout
        try:
            data, prefix = process.stdout.readline().split()
            yield process, Path(data), prefix
        finally:
            process.kill()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_client_that_is_killed_leaves_nothing(
    surroundings: dict[str, str], end: signal.Signals
) -> None:
    with client(surroundings) as (process, data, _):
        server = postmaster(data)
        process.send_signal(end)
        assert comes_true(lambda: not alive(server))
        assert comes_true(lambda: not data.parent.exists())


@linux
def test_a_supervisor_that_is_killed_takes_the_server_with_it(
    surroundings: dict[str, str],
) -> None:
    with client(surroundings) as (process, data, _):
        server = postmaster(data)
        os.kill(parent(server), signal.SIGKILL)
        assert comes_true(lambda: not alive(server))
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=10) == 0
        assert not data.parent.exists()


@linux
def test_what_is_left_when_both_are_killed_goes_at_the_next_start(
    surroundings: dict[str, str],
) -> None:
    with client(surroundings) as (process, data, _):
        server = postmaster(data)
        supervisor = parent(server)
        process.kill()
        os.kill(supervisor, signal.SIGKILL)
        assert comes_true(lambda: not alive(server))
    with client(surroundings):
        assert not data.parent.exists()


def test_a_server_that_ends_by_itself_leaves_nothing(surroundings: dict[str, str]) -> None:
    with client(surroundings) as (process, data, _):
        os.kill(postmaster(data), signal.SIGKILL)
        assert comes_true(lambda: not data.parent.exists())
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_only_dead_directories_of_our_own_are_swept(tmp_path: Path) -> None:
    living = make(tmp_path)
    dead = make(tmp_path)
    os.close(dead.lock)
    without_lock = tmp_path / f"{PREFIX}unknown"
    without_lock.mkdir()
    unrelated = tmp_path / "unrelated"
    unrelated.mkdir()
    link = tmp_path / f"{PREFIX}link"
    link.symlink_to(unrelated)
    assert abandoned(dead.path)
    sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {living.path, without_lock, unrelated, link}
    living.remove()


def test_a_killed_client_leaves_no_database_on_a_named_server(
    server: Server, surroundings: dict[str, str]
) -> None:
    named = {**surroundings, "VERIFY_SCRATCH_URL": server.dsn.reveal()}
    session = Session(server.dsn)
    left = "SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)"
    with client(named) as (process, _, prefix):
        assert session.run(left, prefix) == [(2,)]
        # The whole group, as a terminal or a CI runner does it.
        os.killpg(process.pid, signal.SIGKILL)
        assert comes_true(lambda: session.run(left, prefix) == [(0,)])
    session.close()


def test_the_command_serves_until_its_input_ends(surroundings: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "verification.databases"],
        env={**surroundings, "VERIFY_SCRATCH_URL": "postgresql://other.invalid/postgres"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        started = time.monotonic()
        with client({**surroundings, "VERIFY_SCRATCH_URL": url}) as (_, data, _):
            assert data.exists()
        _, said = process.communicate(timeout=20)
        assert time.monotonic() - started < 20
        assert process.returncode == 0
        assert said.startswith("embedded PostgreSQL ")
        assert url.split(":")[2].split("@")[0] not in said
        assert not data.exists()


def test_the_command_ends_with_ctrl_c(surroundings: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "verification.databases"],
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in said


def test_in_the_background_it_serves_for_as_long_as_somebody_reads_its_url(
    surroundings: dict[str, str],
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "verification.databases"],
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        with client({**surroundings, "VERIFY_SCRATCH_URL": url}) as (_, data, _):
            assert data.exists()
        assert process.poll() is None
        process.stdout.close()
        assert process.wait(timeout=20) == 0
