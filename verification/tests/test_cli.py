import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from verification import cli, engine
from verification.cli import main
from verification.config import Config
from verification.finding import Severity
from verification.tests.samples import LOST, finds

ROOT = Path(__file__).parents[2]
CANARY = "Kanarien-7f3a"
UNREACHABLE = f"postgresql://u:{CANARY}@127.0.0.1:9/x"
HEAVY = {"sqlalchemy", "alembic", "hypothesis", "psycopg2", "pytest", "asyncio"}


@pytest.fixture(autouse=True)
def empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def one_check(empty_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_project / "main.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n")
    monkeypatch.setattr(engine, "discover", lambda *_: (finds(LOST), finds(name="design/fine")))


def test_where_nothing_is_nothing_is_verified(
    empty_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty_project / "hello.py").write_text("print(1)\n")
    assert main([]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"verify: there is nothing to verify below {empty_project.name}: ")
    assert error.count("\n") == 1


def test_list_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--only", "design"]) == 0
    listed = capsys.readouterr().out
    assert "design/missing-primary-key" in listed
    assert "connectivity/" not in listed
    assert main(["--explain", "design/missing-primary-key"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("design/missing-primary-key (warning)\n\nA table has no primary key.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--only", "desing"], "there is no check 'desing'; did you mean 'design'?"),
        (["--ignore", "desing"], "did you mean 'design'?"),
        (["--only", "design", "--ignore", "design"], "no check is selected"),
        (["--explain", "design"], "--explain design: name one check"),
        (["--explain", "nonsense"], "there is no check 'nonsense'"),
        (["--report", "xml"], "--report xml: the formats are"),
        (["--fail-on", "loud"], "invalid choice: 'loud'"),
        (["--depth", "abyss"], "--depth"),
        (["--nonsense"], "unrecognized arguments: --nonsense; try verify --help"),
        (["--root", "nowhere"], "--root nowhere: there is no such folder"),
    ],
)
def test_a_command_line_that_cannot_be_carried_out_is_one_line_and_2(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("verify: ")
    assert told in output.err
    assert "<Severity" not in output.err
    assert output.err.count("\n") == 1


def test_a_bad_key_in_the_configuration_is_one_line_and_2(
    empty_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty_project / "pyproject.toml").write_text("[tool.verification]\nmodles = []\n")
    assert main([]) == 2
    assert capsys.readouterr().err == (
        "verify: [tool.verification] has no key 'modles'; did you mean 'models'?\n"
    )


@pytest.mark.usefixtures("one_check")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 1),
        (["--fail-on", "error"], 0),
        (["--ignore", "design/lost-table"], 0),
        (["--report", "json"], 1),
        (["--report", "junit=out/report.xml"], 1),
        (["--fail-on", "error", "--report", "json"], 0),
    ],
)
def test_the_verdict_is_the_exit_code_in_every_format(words: list[str], code: int) -> None:
    assert main(words) == code


@pytest.mark.usefixtures("one_check")
def test_reports_go_where_they_are_sent(
    empty_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--report", "json=out/a.json", "--report", "junit=out/b.xml"])
    assert json.loads((empty_project / "out/a.json").read_text())["verdict"] == "refuted"
    assert (empty_project / "out/b.xml").read_text().startswith("<?xml")
    assert capsys.readouterr().out.splitlines()[-1].startswith("refuted: ")
    main(["--report", "json"])
    assert json.loads(capsys.readouterr().out)["exit_code"] == 1


@pytest.mark.usefixtures("one_check")
def test_a_report_that_cannot_be_written_is_one_line_and_2(
    empty_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty_project / "taken").mkdir()
    assert main(["--report", "json=taken"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("verify: --report json=taken: ")
    assert error.count("\n") == 1


def test_a_crash_of_the_kit_itself_is_one_line_and_2_never_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> object:
        raise ZeroDivisionError(f"password={CANARY}\nhow come")

    monkeypatch.setattr(engine, "discover", crash)
    assert main([]) == 2
    error = capsys.readouterr().err
    assert "ZeroDivisionError: password=*** how come" in error
    assert error.count("\n") == 1


def test_an_interrupt_is_one_line_and_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "discover", interrupt)
    assert main([]) == 130
    assert capsys.readouterr().err == "verify: interrupted\n"


def test_the_command_line_wins_over_the_configuration(
    empty_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_project / "pyproject.toml").write_text(
        '[tool.verification]\nonly = ["schema"]\nfail-on = "error"\ndepth = "deep"\n'
    )
    seen: list[Config] = []

    def note(_checks: object, config: Config, _wanted: object) -> int:
        seen.append(config)
        return 0

    monkeypatch.setattr(cli, "_run", note)
    assert main(["--only", "design", "--fail-on", "note", "--depth", "quick"]) == 0
    assert main([]) == 0
    assert [(c.only, c.fail_on, c.depth) for c in seen] == [
        (("design",), Severity.NOTE, "quick"),
        (("schema",), Severity.ERROR, "deep"),
    ]


def python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**inherited, **environment},
        timeout=60,
    )


@pytest.mark.parametrize(
    "words", [["--help"], ["--nonsense"], ["--only", "x", "--root", "nowhere"]]
)
def test_what_runs_no_check_imports_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from verification.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = python("-c", code, *words)
    loaded = set(json.loads(done.stderr.splitlines()[-1].replace("'", '"')))
    assert "verification" in loaded
    assert loaded & HEAVY == set()


def test_listing_the_checks_imports_neither_sqlalchemy_nor_a_driver() -> None:
    code = (
        "import sys\n"
        "from verification.cli import main\n"
        "main(['--list'])\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    loaded = set(json.loads(python("-c", code).stderr.splitlines()[-1].replace("'", '"')))
    assert loaded & {"sqlalchemy", "alembic", "hypothesis", "pytest"} == set()


@pytest.mark.parametrize("report", [[], ["--report", "json"], ["--report", "junit"]])
def test_an_unreachable_database_refutes_and_nothing_tells_its_password(report: list[str]) -> None:
    done = python(
        "-m",
        "verification",
        "--only",
        "connectivity",
        "--only",
        "design",
        *report,
        DATABASE_URL=UNREACHABLE,
    )  # fmt: skip - words of one command line
    assert done.returncode == 1
    assert "unreachable-database" in done.stdout
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{CANARY}@h:port/x",
        f"postgresql://u:{CANARY}@h@h/x",
        f"mysql://u:{CANARY}@h/x",
        f"{CANARY}",
        f"postgresql://u:{CANARY}/x@h/x",
    ],
)
def test_a_url_that_cannot_be_read_cannot_tell_and_is_not_told(url: str) -> None:
    done = python("-m", "verification", "--only", "connectivity", DATABASE_URL=url)
    assert done.returncode == 2
    assert "DATABASE_URL: " in done.stdout
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("one_check")
def test_a_terminal_that_knows_only_ascii_is_enough(empty_project: Path) -> None:
    folder = empty_project / "own_checks" / "house"
    folder.mkdir(parents=True)
    (empty_project / "pyproject.toml").write_text('[tool.verification]\nchecks = ["own_checks"]\n')
    (empty_project / "own_checks/__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "slow_zolw.py").write_text(
        "from verification.check import check\n"
        "from verification.finding import Finding, Severity\n"
        "@check(Severity.ERROR)\n"
        "def slow_zolw():\n"
        "    '''A żółw is slow.'''\n"
        "    yield Finding('żółw', 'too slow')\n",
        encoding="utf-8",
    )
    surroundings = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(empty_project)}
    done = python("-m", "verification", "--only", "house", **surroundings)
    assert done.returncode == 1, done.stderr
    assert "\\u017c" in done.stdout
