import fcntl
import io
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

import pytest

from verification.finding import Finding, Severity
from verification.progress import CLEAR, Progress
from verification.telling import tell
from verification.tests.samples import EVERY_STATUS, finds, named

WIDTH = 24
QUIET = 0.3  # seconds
SEEN = {"TERM": "xterm"}
HEROES = Path(__file__).parent / "projects/heroes"


class Terminal:
    """A real pseudo-terminal of a known width, and what was written to it."""

    def __init__(self) -> None:
        self.outer, self.inner = pty.openpty()
        size = struct.pack("HHHH", 24, WIDTH, 0, 0)
        fcntl.ioctl(self.inner, termios.TIOCSWINSZ, size)
        self.stream: TextIO = open(self.inner, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - closed by the fixture

    def read(self) -> str:
        """Everything so far; the kernel carries it from one end to the other in its own time."""
        told = b""
        while select.select([self.outer], [], [], QUIET)[0]:
            told += os.read(self.outer, 100_000)
        return told.decode()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.stream.close()
    os.close(made.inner)
    os.close(made.outer)


def go(stream: TextIO, environment: Mapping[str, str]) -> None:
    with Progress([result.check for result in EVERY_STATUS], stream, environment) as progress:
        for result in EVERY_STATUS:
            progress.heard(result)


def test_it_names_the_check_that_runs_within_the_width_and_leaves_no_trace(
    terminal: Terminal,
) -> None:
    go(terminal.stream, SEEN)
    lines = terminal.read().split(CLEAR)
    assert lines == [
        "",
        "1/4 design/lost-table",
        "2/4 design/fine",
        "3/4 neon/wrong-branch",
        "4/4 schema/blind",
        "",
    ]
    assert all(len(line) < WIDTH for line in lines)


def test_a_long_name_is_cut(terminal: Terminal) -> None:
    long = finds(name=f"design/{'a' * 2 * WIDTH}")
    with Progress([long], terminal.stream, SEEN):
        pass
    assert terminal.read().split(CLEAR)[1] == f"1/1 design/{'a' * WIDTH}"[: WIDTH - 1]


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {**SEEN, "CI": "true"}, {}])
def test_it_is_quiet_where_nobody_watches(
    terminal: Terminal, environment: Mapping[str, str]
) -> None:
    go(terminal.stream, environment)
    assert terminal.read() == ""


def test_it_is_quiet_in_a_pipe() -> None:
    stream = io.StringIO()
    go(stream, SEEN)
    assert stream.getvalue() == ""


def test_the_command_shows_it_and_its_report_is_untouched(terminal: Terminal) -> None:
    surroundings = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "verification", "--only", "configuration/stale-acceptance"],
        cwd=HEROES,
        env={**surroundings, **SEEN, "PYTHONPATH": str(HEROES.parents[3])},
        stdout=subprocess.PIPE,
        stderr=terminal.inner,
        text=True,
        check=False,
        timeout=60,
    )
    assert "\x1b" not in done.stdout
    assert "verified" in done.stdout
    shown = terminal.read()
    assert shown.startswith(f"{CLEAR}1/1 configuration/stale")
    assert shown.endswith(CLEAR)


def test_a_check_that_judges_the_run_is_not_shown_as_running_all_along(terminal: Terminal) -> None:
    def judge(results: Sequence[Finding]) -> Iterator[Finding]:
        yield from results

    last = named("a/last", judge, Severity.NOTE)
    with Progress([last, EVERY_STATUS[0].check], terminal.stream, SEEN):
        pass
    assert terminal.read().split(CLEAR)[1] == "1/2 design/lost-table"


def test_a_long_check_tells_how_far_it_has_come(terminal: Terminal) -> None:
    with Progress([finds(name="a/b")], terminal.stream, SEEN):
        tell("hero.name 1/2")
        tell("hero.name 2/2")
    tell("to nobody any more")
    assert terminal.read().split(CLEAR)[1:] == [
        "1/1 a/b",
        "1/1 a/b: hero.name 1/2",
        "1/1 a/b: hero.name 2/2",
        "",
    ]


def test_what_is_told_is_not_shown_where_nobody_watches(terminal: Terminal) -> None:
    with Progress([finds(name="a/b")], terminal.stream, {**SEEN, "CI": "true"}):
        tell("hero.name 1/2")
    assert terminal.read() == ""
