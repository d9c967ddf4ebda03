import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from verification import cli

READY = "waiting for a change"
PATIENCE = 60.0


class Watched:
    """A real `verify --watch` in a process group of its own, as a terminal starts it."""

    def __init__(self, root: Path) -> None:
        self._said = root.parent / "said"
        with self._said.open("w") as stream:
            self._run = subprocess.Popen(
                [sys.executable, "-m", "verification", "--watch", "--only", "house"],
                cwd=root,
                env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1]), "CI": "1"},
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )

    @property
    def told(self) -> str:
        """Everything it has said."""
        return self._said.read_text()

    def until(self, words: str, times: int = 1) -> str:
        """Everything said, once these words were said so often."""
        deadline = time.monotonic() + PATIENCE
        while self.told.count(words) < times:
            assert time.monotonic() < deadline, self.told
            assert self._run.poll() is None, self.told
            time.sleep(0.05)
        return self.told

    def interrupt(self) -> int:
        """Ctrl-C, which a terminal sends to every process; the exit code."""
        os.killpg(self._run.pid, signal.SIGINT)
        return self._run.wait(PATIENCE)

    def end(self) -> None:
        """Leave nothing running."""
        if self._run.poll() is None:
            os.killpg(self._run.pid, signal.SIGKILL)
            self._run.wait()


CHECK = """
import time
from verification.check import check
from verification.finding import Finding, Severity

@check(Severity.WARNING)
def odd():
    '''It is odd.'''
    {body}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "house").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.verification]\nchecks = ["house"]\n')
    (root / "house/__init__.py").touch()
    (root / "house/odd.py").write_text(CHECK.format(body="yield Finding('one', 'odd')"))
    return root


@pytest.fixture
def watched(project: Path) -> Iterator[Watched]:
    run = Watched(project)
    yield run
    run.end()


def test_a_change_is_verified_anew_and_an_interrupt_ends_it(
    watched: Watched, project: Path
) -> None:
    assert "one: odd" in watched.until(READY)
    (project / "notes.txt").write_text("nobody cares")
    (project / "house/odd.py").write_text(CHECK.format(body="yield Finding('two', 'odd')"))
    told = watched.until(READY, 2)
    assert "changed: odd.py" in told
    assert "two: odd" in told
    assert "notes.txt" not in told
    assert "exit code 1" in told
    assert watched.interrupt() == 0


def test_an_interrupt_in_a_run_is_one(watched: Watched, project: Path) -> None:
    watched.until(READY)
    (project / "house/odd.py").write_text(
        CHECK.format(body="print('slow', flush=True); time.sleep(50); yield")
    )
    watched.until("slow\n")
    assert watched.interrupt() == 130
    assert "Traceback" not in watched.told


def test_a_project_that_cannot_be_read_is_watched_until_it_can(
    watched: Watched, project: Path
) -> None:
    watched.until(READY)
    (project / "pyproject.toml").write_text("[tool.verification\n")
    told = watched.until(READY, 2)
    assert "pyproject.toml cannot be read" in told
    assert "exit code 2" in told
    assert watched.interrupt() == 0


def test_without_watchfiles_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert cli.main(["--watch"]) == 2
    assert "pip install 'verification-kit[watch]'" in capsys.readouterr().err
