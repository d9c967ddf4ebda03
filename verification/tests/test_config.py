from datetime import date
from pathlib import Path
from typing import Any

import pytest

from verification.config import Acceptance, Config, ConfigError, suggest
from verification.finding import Severity


def test_without_a_file_or_a_table_everything_has_its_default(tmp_path: Path) -> None:
    assert Config.load(tmp_path) == Config(root=tmp_path)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert Config.load(tmp_path) == Config(root=tmp_path)
    assert Config().fail_on is Severity.WARNING


def test_every_kind_of_key(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        """
        [tool.verification]
        app = "service.main:app"
        models = ["service.models", "service.more"]
        only = "design"
        fail-on = "error"
        depth = "deep"
        [tool.verification.environment]
        DEBUG = true
        [tool.verification.accept]
        "design/lost a" = "known"
        "design/lost b" = { reason = "for now", until = 2030-01-31 }
        """
    )
    config = Config.load(tmp_path)
    assert (config.app, config.depth) == ("service.main:app", "deep")
    assert config.models == ("service.models", "service.more")
    assert config.only == ("design",)
    assert config.fail_on is Severity.ERROR
    assert config.environment == {"DEBUG": "True"}
    assert config.accept == (
        Acceptance("design/lost a", "known"),
        Acceptance("design/lost b", "for now", date(2030, 1, 31)),
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"modles": []}, "[tool.verification] has no key 'modles'; did you mean 'models'?"),
        ({"fail_onn": "error"}, "did you mean 'fail_on'?"),
        ({"root": "."}, "has no key 'root'"),
        ({"zzz": 1}, "has no key 'zzz'"),
        ({"app": 3}, "app must be a string, not 3"),
        ({"models": 3}, "models must be a list of strings, not 3"),
        ({"models": ["a", 3]}, "models must be a list of strings"),
        ({"fail-on": "loud"}, "fail-on must be one of note, warning, error, not 'loud'"),
        ({"fail-on": 3}, "fail-on must be one of"),
        ({"depth": "abyss"}, "depth must be one of quick, standard, deep, not 'abyss'"),
        ({"environment": "DEBUG=1"}, "environment must be a table"),
        ({"accept": ["design/lost a"]}, "accept must be a table"),
        ({"accept": {"a b": ""}}, "accept 'a b' needs a reason"),
        ({"accept": {"a b": 3}}, "accept 'a b' needs a reason"),
        ({"accept": {"a b": {"until": date(2030, 1, 1)}}}, "needs a reason"),
        ({"accept": {"a b": {"reason": "x", "until": "soon"}}}, "until must be a date"),
        ({"accept": {"a b": {"reason": "x", "since": "y"}}}, "has no key 'since'"),
    ],
)
def test_a_wrong_key_or_value_is_one_line(table: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.of(Path(), table)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.verification",
        "tool = 3",
        "[tool]\nverification = 3",
        '[tool.verification.accept]\n"a b" = { reason = "x", until = 2030-01-31T00:00:00 }',
    ],
)
def test_a_file_that_makes_no_sense_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        Config.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"pyproject.toml cannot be read"):
        Config.load(tmp_path)
    (tmp_path / "pyproject.toml").unlink()
    (tmp_path / "pyproject.toml").mkdir()
    with pytest.raises(ConfigError, match=r"pyproject.toml cannot be read"):
        Config.load(tmp_path)


def test_suggestions_are_close_or_not_made() -> None:
    assert suggest("modles", ["models", "app"]) == "; did you mean 'models'?"
    assert suggest("zzz", ["models", "app"]) == ""
