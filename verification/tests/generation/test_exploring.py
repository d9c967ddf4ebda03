from pathlib import Path

from verification.checks.models.unmodelled_rule import unmodelled_rule
from verification.config import Config
from verification.databases import Server
from verification.engine import look
from verification.target import Target
from verification.testing import _forgotten, _fresh_models

MODELS = """
from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel
class Hero(SQLModel, table=True):
    __table_args__ = (CheckConstraint("v = 0 OR (v * 7919) % 251 <> 77", name="odd"),)
    id: int | None = Field(default=None, primary_key=True)
    v: int = Field(ge=-100_000, le=100_000)
"""


def said(server: Server, root: Path, depth: str) -> list[str]:
    (root / "models.py").write_text(MODELS)
    settings = {"metadata": "models:SQLModel.metadata", "depth": depth}
    with _fresh_models(), _forgotten(root):
        config = Config.of(root, settings)
        with Target(config=config, environment={}, server=server) as target:
            return [finding.message for finding in look(unmodelled_rule, target).findings]


def test_a_deeper_search_finds_more_and_it_is_remembered(
    disposable_server: Server, tmp_path: Path
) -> None:
    assert said(disposable_server, tmp_path, "quick") == []
    assert not (tmp_path / ".hypothesis").exists()
    (deep,) = said(disposable_server, tmp_path, "deep")
    smallest = min(v for v in range(1, 1000) if v * 7919 % 251 == 77)
    assert f"accepts {smallest}, which odd refuses" in deep
    (again,) = said(disposable_server, tmp_path, "quick")
    assert "which odd refuses" in again
