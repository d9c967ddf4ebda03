"""A deploy passes the gate only where code and database are what was verified."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.gate import main
from verification.revisions import find, load
from verification.target import Target
from verification.tests.revisions.histories import Change, write

COLUMN = Change('op.add_column("hero", sa.Column("x", sa.Text))', 'op.drop_column("hero", "x")')


PENDING = {
    "check": "migrations/pending-revision",
    "status": "failed",
    "severity": "error",
}
NOTE = {"check": "migrations/missing-lock-timeout", "status": "failed", "severity": "note"}
OTHER = {"check": "migrations/data-loss", "status": "failed", "severity": "error"}
UNKNOWN = {"check": "neon/cold-start", "status": "unknown", "severity": "note"}
CHANGES: dict[str, tuple[Callable[[Any], Any], int, str]] = {
    "and another finding": (lambda d: {**d, "results": [PENDING, OTHER]}, 1, "data-loss"),
    "and an unknown": (lambda d: {**d, "results": [PENDING, UNKNOWN]}, 2, "1 checks could not"),
    "no results": (lambda d: {**d, "results": None}, 2, "what was found"),
    "could not tell": (lambda d: {**d, "verdict": "could not tell"}, 2, "'could not tell'"),
    "another version": (lambda d: {**d, "version": 2}, 2, "has version 2, not 1"),
    "no evidence": (lambda d: {**d, "evidence": {}}, 2, "bound to nothing"),
    "half of it": (lambda d: {**d, "evidence": {"at": "x"}}, 2, "what was verified (revisions"),
    "no time": (lambda d: {**d, "evidence": {**d["evidence"], "at": "x"}}, 2, "when it was"),
    "old": (
        lambda d: {**d, "evidence": {**d["evidence"], "at": "2020-01-01T00:00:00+00:00"}},
        1,
        "hours old",
    ),
    "empty": (lambda _: "", 2, "no JSON report"),
    "not JSON": (lambda _: "{", 2, "no JSON report"),
    "a list": (lambda _: [], 2, "no JSON report"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", COLUMN)


@pytest.fixture
def live(
    project: Path, disposable_server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Dsn]:
    """A deployed database at the first revision."""
    dsn = disposable_server.create()
    monkeypatch.setenv("DATABASE_URL", dsn.reveal())
    monkeypatch.setenv("VERIFY_SCRATCH_URL", disposable_server.dsn.reveal())
    upgrade(project, dsn, "0001")
    yield dsn
    disposable_server.drop(dsn)


def upgrade(project: Path, dsn: Dsn, revision: str) -> None:
    file = find(project, "")
    assert file
    load(project, file, {}).upgrade(dsn, revision)


def report(
    project: Path, tmp_path: Path, verdict: str = "verified", *results: dict[str, str]
) -> str:
    """What a full, green run would write."""
    with Target(config=Config(root=project), environment=dict(os.environ)) as target:
        document = {
            "version": 1,
            "verdict": verdict,
            "fail_on": "warning",
            "evidence": dict(target["evidence"]),
            "results": list(results),
        }
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document))
    return str(path)


def gate(project: Path, path: str) -> int:
    return main([path, "--root", str(project)])


def test_what_was_verified_passes(
    project: Path, live: Dsn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = report(project, tmp_path)
    assert gate(project, path) == 0
    upgrade(project, live, "heads")
    assert gate(project, path) == 0
    assert "nothing is pending" in capsys.readouterr().out


def test_a_changed_schema_is_refused(
    project: Path, live: Dsn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = report(project, tmp_path)
    with closing(connect(live)) as connection:
        connection.cursor().execute("CREATE INDEX by_hand ON hero (motto)")
    assert gate(project, path) == 1
    assert "schema of the database is not the one" in capsys.readouterr().err


@pytest.mark.usefixtures("live")
def test_a_changed_revision_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = report(project, tmp_path)
    revision = project / "versions" / "0002.py"
    revision.write_text(revision.read_text().replace('"x"', '"y"'))
    assert gate(project, path) == 1
    assert "the revisions changed since" in capsys.readouterr().err


@pytest.mark.usefixtures("live")
def test_another_commit_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = report(project, tmp_path)
    name = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], [*name, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", "-C", str(project), *words], check=True)  # noqa: S603, S607 - ours
    assert gate(project, path) == 1
    assert "the commit changed since" in capsys.readouterr().err
    path = report(project, tmp_path)
    assert gate(project, path) == 0
    (project / "env.py").write_text((project / "env.py").read_text() + "# more\n")
    assert gate(project, path) == 1


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_report_that_cannot_be_relied_on_opens_nothing(
    change: tuple[Callable[[Any], Any], int, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    changed, code, said = change
    known = dict.fromkeys(("revisions", "heads", "applied", "deployed"), "1")
    evidence = {**known, "at": datetime.now(UTC).isoformat()}
    document = changed(
        {
            "version": 1,
            "verdict": "refuted",
            "fail_on": "warning",
            "evidence": evidence,
            "results": [PENDING],
        }
    )
    path = tmp_path / "report.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    assert gate(tmp_path, str(path)) == code
    out, err = capsys.readouterr()
    assert said in err
    assert (out + err).count("\n") == 1


@pytest.mark.usefixtures("live")
def test_what_the_deploy_will_apply_is_no_objection(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(project, report(project, tmp_path, "refuted", PENDING, NOTE)) == 0
    assert "open: as verified" in capsys.readouterr().out


def test_without_a_database_nothing_opens(
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    live: Dsn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upgrade(project, live, "heads")
    path = report(project, tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    assert gate(project, path) == 2
    assert "DATABASE_URL is not set" in capsys.readouterr().err
    assert gate(project, str(tmp_path / "nothing.json")) == 2


@pytest.mark.usefixtures("live")
def test_a_database_that_does_not_answer_opens_nothing(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = report(project, tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    assert gate(project, path) == 2
