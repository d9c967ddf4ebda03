import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from verification.check import Check
from verification.config import Acceptance, ConfigError
from verification.engine import discover, look, run, select
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.report import Result, Status
from verification.tests.samples import LOST, finds, named

CANARY = "Kanarien-7f3a"


class Known:
    """Facts by name; an exception is raised instead of given."""

    def __init__(self, **values: object) -> None:
        self.values = values
        self.secrets = {CANARY}

    def __getitem__(self, name: str, /) -> object:
        """The value, unless it is an exception."""
        value = self.values[name]
        if isinstance(value, BaseException):
            raise value
        return value


def wants(fact: Callable[..., Iterator[Finding]]) -> Check:
    return named("design/wanting", fact, Severity.WARNING)


def test_the_built_in_checks_are_found_sorted_and_unique() -> None:
    ids = [check.id for check in discover()]
    assert "design/missing-primary-key" in ids
    assert ids == sorted(set(ids))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "own_checks" / "house"
    folder.mkdir(parents=True)
    (tmp_path / "own_checks" / "__init__.py").touch()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("own_checks")]:
        del sys.modules[name]


def test_a_projects_own_checks_are_found_once(package: Path) -> None:
    (package / "unpainted_wall.py").write_text(
        "from verification.check import check\n"
        "from verification.finding import Severity\n"
        "from verification.checks.design.naive_timestamp import naive_timestamp\n"
        "@check(Severity.NOTE)\n"
        "def unpainted_wall(deployed):\n"
        "    '''A wall is not painted.'''\n"
        "    yield from ()\n"
    )
    ids = [check.id for check in discover(["own_checks"])]
    assert ids.count("house/unpainted-wall") == 1
    assert ids.count("design/naive-timestamp") == 1


@pytest.mark.parametrize(
    "text", ["import nothing_like_it", "1 / 0", "def (", "raise SystemExit(0)"]
)
def test_a_package_that_cannot_be_imported_is_one_line(package: Path, text: str) -> None:
    (package / "broken.py").write_text(text)
    with pytest.raises(ConfigError, match="own_checks") as caught:
        discover(["own_checks"])
    assert "\n" not in str(caught.value)


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="'no_such_checks' cannot be imported"):
        discover(["no_such_checks"])


ALL = [finds(name=name) for name in ("design/a-b", "design/c", "schema/d")]


@pytest.mark.parametrize(
    ("only", "ignore", "chosen"),
    [
        ([], [], ["design/a-b", "design/c", "schema/d"]),
        (["design"], [], ["design/a-b", "design/c"]),
        (["design/"], [], ["design/a-b", "design/c"]),
        (["design/a-b"], [], ["design/a-b"]),
        (["design/a_b"], [], ["design/a-b"]),
        (["*/a-*", "schema"], [], ["design/a-b", "schema/d"]),
        ([], ["design"], ["schema/d"]),
        (["design"], ["design/c"], ["design/a-b"]),
        (["design/c"], ["design"], []),
    ],
)
def test_select(only: list[str], ignore: list[str], chosen: list[str]) -> None:
    assert [check.id for check in select(ALL, only, ignore)] == chosen


@pytest.mark.parametrize(("only", "ignore"), [(["desing"], []), ([], ["desing"])])
def test_a_name_that_fits_nothing_is_an_error_with_a_suggestion(
    only: list[str], ignore: list[str]
) -> None:
    with pytest.raises(ConfigError, match="no check 'desing'; did you mean 'design'"):
        select(ALL, only, ignore)


@pytest.mark.parametrize(
    ("check", "status", "reason"),
    [
        (finds(), Status.PASSED, ""),
        (finds(LOST), Status.FAILED, ""),
        (finds(then=NotApplicable("none here")), Status.SKIPPED, "none here"),
        (finds(then=Unknown("dark")), Status.UNKNOWN, "dark"),
        (finds(then=ValueError("a\nb")), Status.UNKNOWN, "the check crashed: ValueError: a b"),
        (finds(then=SystemExit(0)), Status.UNKNOWN, "the check crashed: SystemExit: 0"),
        (finds(then=RecursionError()), Status.UNKNOWN, "the check crashed: RecursionError"),
        (
            finds(then=asyncio.CancelledError()),
            Status.UNKNOWN,
            "the check crashed: CancelledError",
        ),
    ],
    ids=lambda value: value.id if isinstance(value, Check) else None,
)
def test_however_a_check_ends_it_becomes_a_result(
    check: Check, status: Status, reason: str
) -> None:
    result = look(check, Known())
    assert (result.status, result.reason) == (status, reason)
    assert result.seconds >= 0


def test_what_was_found_before_a_crash_is_kept() -> None:
    result = look(finds(LOST, then=ValueError("x")), Known())
    assert (result.status, result.findings) == (Status.UNKNOWN, (LOST,))


def test_an_interrupt_stops_the_run() -> None:
    with pytest.raises(KeyboardInterrupt):
        look(finds(then=KeyboardInterrupt()), Known())


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (NotApplicable("no app"), Status.SKIPPED),
        (Unknown("no server"), Status.UNKNOWN),
        (ValueError("bug"), Status.UNKNOWN),
    ],
)
def test_a_fact_that_cannot_be_learnt_decides_for_its_check(
    value: Exception, status: Status
) -> None:
    def body(app: object) -> Iterator[Finding]:
        yield Finding("app", str(app))

    result = look(wants(body), Known(app=value))
    assert (result.status, result.findings) == (status, ())


def test_every_text_of_a_result_is_without_secrets() -> None:
    finding = Finding(f"a {CANARY}", f"b {CANARY}", f"c {CANARY}")
    result = look(finds(finding, then=ValueError(CANARY)), Known())
    assert CANARY not in repr(result)
    assert result.findings[0] == Finding("a ***", "b ***", "c ***")


def test_one_crash_does_not_stop_the_others() -> None:
    report = run([finds(name="a/a", then=ValueError("x")), finds(LOST, name="a/b")], Known())
    assert [result.status for result in report.results] == [Status.UNKNOWN, Status.FAILED]
    assert report.exit_code == 1


def test_checks_that_judge_the_run_come_last_and_see_it() -> None:
    seen: list[Any] = []

    def judge(results: object) -> Iterator[Finding]:
        seen.append(results)
        yield from ()

    heard: list[Result] = []
    checks = [named("a/judge", judge, Severity.NOTE), finds(LOST, name="b/b")]
    report = run(checks, Known(), heard=heard.append)
    assert [result.check.id for result in report.results] == ["b/b", "a/judge"]
    assert seen == [(report.results[0],)]
    assert heard == list(report.results)


def test_accepted_findings_do_not_refute() -> None:
    accept = [Acceptance("design/lost-table public.hero", "known")]
    assert run([finds(LOST)], Known(), accept=accept).exit_code == 0
