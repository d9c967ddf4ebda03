import io
import re
from collections.abc import Mapping

import pytest

from verification.dressing import dressed
from verification.finding import Finding, Severity
from verification.render import render
from verification.report import Result, Status
from verification.tests.samples import EVERY_STATUS, finds, report

FIX = "ALTER TABLE public.hero ADD CONSTRAINT hero_team_id_fkey FOREIGN KEY (team_id) NOT VALID"
LONG = Finding("public.hero.team_id", "a message of more than sixty letters, " * 4, FIX)
TEXT = render(
    "terminal",
    report(Result(finds(LONG, severity=Severity.ERROR), Status.FAILED, (LONG,)), *EVERY_STATUS[1:]),
)
CODES = re.compile(r"\x1b\[[\d;]*m")
SEEN = {"TERM": "xterm"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(columns: int, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    return dressed(TEXT, Terminal(), environment)


def test_a_pipe_gets_the_report_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert dressed(TEXT, io.StringIO(), SEEN) == TEXT


@pytest.mark.parametrize("columns", [60, 100])
def test_lines_fit_and_a_fix_stays_whole(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = CODES.sub("", shown(columns, SEEN, monkeypatch)).splitlines()
    (fix,) = [line for line in lines if "fix:" in line]
    assert fix.strip() == f"fix: {FIX}"
    assert all(len(line) <= columns for line in lines if line != fix)
    assert " ".join(" ".join(lines).split()) == " ".join(TEXT.split())


def test_what_goes_on_is_indented(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(60, {"NO_COLOR": "1", **SEEN}, monkeypatch).splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("    public.hero"))
    assert re.match(r" {8}\S", lines[at + 1])


def test_colours_tell_the_severity_and_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(100, SEEN, monkeypatch)
    assert "\x1b[31;1mx design/lost-table (error)\x1b[0m" in text
    assert "\x1b[31;1mrefuted\x1b[0m: " in text
    assert "\x1b[32mfix:\x1b[0m" in text


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1", **SEEN}, {"TERM": "dumb"}, {}])
def test_no_colour_where_none_is_wanted(
    environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in shown(100, environment, monkeypatch)


def test_a_terminal_of_no_width_still_shows_words(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(5, {}, monkeypatch).splitlines()
    assert max(map(len, lines)) >= 30
