from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from verification.checks.models.unmodelled_rule import unmodelled_rule
from verification.cli import _configured, _parser
from verification.config import Config
from verification.databases import Server
from verification.engine import look
from verification.generation.exploring import Effort, explored
from verification.generation.remembering import Memory
from verification.generation.scratch import Scratch
from verification.generation.size import size
from verification.generation.storing import Refusal
from verification.target import Target
from verification.testing import _forgotten, _fresh_models

MODELS = """
from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel
class Hero(SQLModel, table=True):
    __table_args__ = (CheckConstraint("v = 0 OR (v * 7919) % 28 <> 7", name="odd"),)
    id: int | None = Field(default=None, primary_key=True)
    v: int = Field(ge=-100_000, le=100_000)
"""


class Hero(BaseModel):
    """Something to search."""

    v: int = Field(ge=-100_000, le=100_000)


def said(server: Server, root: Path, depth: str) -> list[str]:
    (root / "models.py").write_text(MODELS)
    settings = {"metadata": "models:SQLModel.metadata", "depth": depth}
    with _fresh_models(), _forgotten(root):
        config = Config.of(root, settings)
        with Target(config=config, environment={}, server=server) as target:
            return [finding.message for finding in look(unmodelled_rule, target).findings]


def test_a_deeper_search_finds_more_and_the_smallest_is_remembered(
    disposable_server: Server, tmp_path: Path
) -> None:
    assert said(disposable_server, tmp_path, "quick") == []
    assert not (tmp_path / ".hypothesis").exists()
    (deep,) = said(disposable_server, tmp_path, "standard")
    smallest = min(v for v in range(1, 1000) if v * 7919 % 28 == 7)
    assert f"accepts {smallest}, which odd refuses" in deep
    assert said(disposable_server, tmp_path, "quick") == [deep]


def asked(effort: Effort, failing: int | None = None) -> list[int]:
    """Every value that a search of the field comes to."""

    def ask(values: Any) -> list[Refusal]:
        return [Refusal(v, "23514", "no", "c") for v in values if failing and v >= failing]

    return list(explored(effort, Hero, "v", ask, []))


def test_without_a_seed_each_run_asks_the_same() -> None:
    assert asked(Effort()) == asked(Effort())


def test_another_seed_explores_other_values() -> None:
    first, second = asked(Effort(seed=1)), asked(Effort(seed=2))
    assert first == asked(Effort(seed=1))
    assert len(set(first) - set(asked(Effort()))) > len(first) // 2
    assert len(set(first) - set(second)) > len(first) // 2


@pytest.mark.parametrize(("words", "seed"), [([], 7), (["--seed", "1"], 1), (["--seed", "0"], 0)])
def test_the_seed_is_configured_or_given(
    words: list[str], seed: int, disposable_server: Server, tmp_path: Path
) -> None:
    (tmp_path / "models.py").write_text(MODELS)
    settings = {"metadata": "models:SQLModel.metadata", "seed": 7}
    config = _configured(Config.of(tmp_path, settings), _parser().parse_args(words))
    with (
        _fresh_models(),
        _forgotten(tmp_path),
        Target(config=config, environment={}, server=disposable_server) as target,
    ):
        scratch: Scratch = target["scratch"]
        assert scratch.effort.seed == seed


def test_what_failed_comes_first_until_it_is_mended(tmp_path: Path) -> None:
    effort = Effort("standard", memory=tmp_path / "examples")
    assert 1000 in asked(effort, failing=1000)
    assert asked(Effort("quick", memory=effort.memory), failing=1000)[0] == 1000
    assert Memory(effort.memory, f"{__name__}.Hero.v").known()
    mended = asked(effort)
    assert 1000 not in mended[:1]
    assert not Memory(effort.memory, f"{__name__}.Hero.v").known()


def test_each_way_to_fail_is_remembered_by_itself(tmp_path: Path) -> None:
    effort = Effort("standard", memory=tmp_path / "examples")

    def ask(values: Any) -> list[Refusal]:
        high = [Refusal(v, "22003", "too high") for v in values if v > 500]
        return [*high, *(Refusal(v, "23514", "too low", "c") for v in values if v < -500)]

    assert {501, -501} <= set(explored(effort, Hero, "v", ask, []))
    again = list(explored(Effort(memory=effort.memory), Hero, "v", ask, []))
    assert {501, -501} <= set(again)


def test_the_smaller_value() -> None:
    values: list[Any] = [Decimal("sNaN"), -5, 10**400, "abc", 5, "a", "aaa", float("nan")]
    assert sorted(values, key=size)[:3] == [5, -5, "a"]
