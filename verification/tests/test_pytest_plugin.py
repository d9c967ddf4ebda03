"""`pytest --verify`, run on small projects."""

import pytest

pytest_plugins = ["pytester"]

PROJECT = '[tool.verification]\nchecks = ["house"]\nonly = ["house"]\n'
CHECK = """
from verification.check import check
from verification.finding import Finding, NotApplicable, Severity, Unknown

@check(Severity.{severity})
def {name}():
    '''A {name}.'''
    {body}
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with four checks of its own, one for each way to end."""
    monkeypatch.syspath_prepend(pytester.path)
    (pytester.path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    folder = pytester.path / "house" / "house"
    folder.mkdir(parents=True)
    (pytester.path / "house/__init__.py").touch()
    (folder / "__init__.py").touch()
    bodies = {
        "fine": "yield from ()",
        "leak": "yield Finding('roof', 'it rains in', 'mend it')",
        "lodger": "raise NotApplicable('nobody lives here'); yield",
        "cellar": "raise Unknown('it is dark'); yield",
    }
    for name, body in bodies.items():
        text = CHECK.format(name=name, body=body, severity="WARNING")
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return pytester


def run(project: pytest.Pytester, *words: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "verification.pytest_plugin", *words)


def test_each_check_is_an_item(project: pytest.Pytester) -> None:
    result = run(project, "--verify", "-rs")
    result.assert_outcomes(passed=1, failed=2, skipped=1)
    told = result.stdout.str()
    for words in ("roof: it rains in", "fix: mend it", "it is dark", "nobody lives here"):
        assert words in told
    assert "Traceback" not in told
    assert "def runtest" not in told


def test_without_the_option_nothing_is_added(project: pytest.Pytester) -> None:
    assert run(project).ret is pytest.ExitCode.NO_TESTS_COLLECTED


def test_one_check_can_be_chosen(project: pytest.Pytester) -> None:
    run(project, "--verify", "--verify-only", "house/fine").assert_outcomes(passed=1)


def test_the_projects_own_tests_run_as_well(project: pytest.Pytester) -> None:
    project.makepyfile(test_own="def test_own(): pass")
    result = run(project, "--verify", "--verify-only", "house/fine")
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[tool.verification]\nonly = ["desing"]\n', "did you mean 'design'"),
        ("[tool.verification]\nmodles = []\n", "did you mean 'models'"),
        (PROJECT + 'ignore = ["house"]\n', "no check is selected"),
    ],
)
def test_what_cannot_be_run_is_a_usage_error(
    project: pytest.Pytester, text: str, told: str
) -> None:
    (project.path / "pyproject.toml").write_text(text, encoding="utf-8")
    result = run(project, "--verify")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stderr.str() + result.stdout.str()


def test_an_accepted_finding_passes(project: pytest.Pytester) -> None:
    accept = '[tool.verification.accept]\n"house/leak roof" = "it seldom rains"\n'
    (project.path / "pyproject.toml").write_text(PROJECT + accept, encoding="utf-8")
    run(project, "--verify", "--verify-only", "house/leak").assert_outcomes(passed=1)
