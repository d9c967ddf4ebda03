from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from verification import target as targets
from verification.config import Config
from verification.finding import NotApplicable, Unknown
from verification.target import Target
from verification.target.fact import Fact, fact

CANARY = "Kanarien-7f3a"
URL = f"postgresql://u:{CANARY}@127.0.0.1:9/x"


def target(root: Path, **environment: str) -> Target:
    return Target(config=Config(root=root), environment=environment)


def test_the_url_becomes_a_dsn_whose_password_is_known_as_a_secret(tmp_path: Path) -> None:
    with target(tmp_path, DATABASE_URL=URL) as known:
        dsn = known["dsn"]
        assert dsn.reveal() == URL
        assert known["dsn"] is dsn
        assert CANARY in known.secrets
        assert known.context == {"dsn": "postgresql://u:***@127.0.0.1:9/x"}


def test_the_variables_can_have_other_names(tmp_path: Path) -> None:
    config = Config(root=tmp_path, database_url_variable="DB", migration_url_variable="MDB")
    with Target(config=config, environment={"DB": URL, "MDB": f"{URL}y"}) as known:
        assert known["dsn"].database == "x"
        assert known["migration_dsn"].database == "xy"


def test_migrations_use_the_applications_url_if_they_have_none(tmp_path: Path) -> None:
    with target(tmp_path, DATABASE_URL=URL, MIGRATION_DATABASE_URL=" ") as known:
        assert known["migration_dsn"] == known["dsn"]


def test_without_a_url_there_is_no_address(tmp_path: Path) -> None:
    with target(tmp_path) as known, pytest.raises(NotApplicable, match="DATABASE_URL is not set"):
        known["url"]


def test_a_url_that_cannot_be_read_is_unknown_and_keeps_its_secret(tmp_path: Path) -> None:
    with target(tmp_path, DATABASE_URL=f"postgresql://u:{CANARY}@h:port/d") as known:
        with pytest.raises(Unknown, match="DATABASE_URL: host or port") as caught:
            known["dsn"]
        assert CANARY not in str(caught.value)


def test_a_fact_that_nobody_knows_is_unknown(tmp_path: Path) -> None:
    with target(tmp_path) as known, pytest.raises(Unknown, match="no fact named 'nonsense'"):
        known["nonsense"]


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Fact]:
    made: dict[str, Fact] = {}
    monkeypatch.setattr(targets, "_facts", lambda: made)
    return made


def test_a_fact_is_learnt_once_even_if_it_cannot_be(facts: Mapping[str, Any]) -> None:
    tries: list[str] = []

    def server() -> object:
        tries.append("server")
        raise ConnectionError("no\nanswer")

    def catalog(server: object) -> object:
        tries.append("catalog")
        return server

    facts |= {"server": fact(server), "catalog": fact(catalog)}  # type: ignore[operator] # a dict
    with Target() as known:
        for _ in range(3):
            with pytest.raises(
                Unknown, match="server could not be learnt: ConnectionError: no answer"
            ):
                known["catalog"]
    assert tries == ["server"]


def test_what_facts_opened_is_closed_last_opened_first(facts: dict[str, Fact]) -> None:
    steps: list[str] = []

    def server() -> Iterator[str]:
        steps.append("open server")
        yield "server"
        steps.append("close server")

    def database(server: str) -> Iterator[str]:
        steps.append(f"open database on {server}")
        yield "database"
        steps.append("close database")

    facts |= {"server": fact(server), "database": fact(database)}
    with Target() as known:
        assert known["database"] == "database"
        assert len(steps) == 2
    assert steps == [
        "open server",
        "open database on server",
        "close database",
        "close server",
    ]


@pytest.mark.parametrize("verdict", [NotApplicable("none"), Unknown("dark")])
def test_a_verdict_of_a_fact_is_passed_on(facts: dict[str, Fact], verdict: Exception) -> None:
    def app() -> object:
        raise verdict

    def health(app: object) -> object:
        return app

    facts |= {"app": fact(app), "health": fact(health)}
    with Target() as known, pytest.raises(type(verdict), match=str(verdict)):
        known["health"]


@pytest.mark.parametrize("exit_", [SystemExit(0), SystemExit("bye")])
def test_project_code_that_exits_is_an_unknown(
    facts: dict[str, Fact], exit_: BaseException
) -> None:
    """Else `sys.exit(0)` in somebody's settings would end the run in green."""

    def app() -> object:
        raise exit_

    facts |= {"app": fact(app)}
    with Target() as known, pytest.raises(Unknown, match="app could not be learnt: SystemExit"):
        known["app"]
