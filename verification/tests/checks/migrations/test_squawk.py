"""The trace of a statement beside what squawk makes of its text."""

from pathlib import Path

import pytest

from verification.checks.migrations._risk import Found, agreed, reconcile
from verification.config import Config
from verification.databases import Server
from verification.revisions import Direction, Statement
from verification.revisions.squawk import find, lint
from verification.target import Target
from verification.tests.revisions.histories import Change, write

UP = """
op.create_index("i", "hero", ["name"])
op.alter_column("hero", "age", type_=sa.BigInteger)
op.execute("LOCK TABLE team")
op.alter_column("hero", "name", type_=sa.String(90))
op.execute("CREATE TABLE own (x text)")
op.create_index("j", "own", ["x"])
op.execute("CREATE EXTENSION this_server_lacks_it; CREATE INDEX k ON hero (age)")
"""
EXPECTED = [
    Found.BOTH,
    Found.BOTH,
    Found.TRACED,
    Found.NOBODY,  # squawk warns of every change of a type; this one writes nothing anew
    Found.NOBODY,
    Found.NOBODY,  # squawk cannot know that the table is new
    Found.STATIC,
]


@pytest.mark.skipif(not find(), reason="squawk is not installed")
def test_each_statement_is_reconciled(tmp_path: Path, disposable_server: Server) -> None:
    root = write(tmp_path, Change(UP))
    with Target(config=Config(root=root), server=disposable_server, environment={}) as target:
        step = target["walk"].step("0002", Direction.UP)
        linted = target["linted"]
    assert [reconcile(each, linted) for each in step.statements] == EXPECTED
    rule = "require-concurrent-index-creation"
    assert [agreed(each, linted) for each in step.statements[:3]] == [
        f"; squawk agrees ({rule})",
        "; squawk agrees (changing-column-type)",
        "",
    ]
    assert linted[step.statements[3].text]
    assert linted[step.statements[5].text] == {rule}


@pytest.mark.skipif(not find(), reason="squawk is not installed")
def test_what_neither_can_read_is_not_called_harmless() -> None:
    text = "ALTER TABLE hero ADD x int DEFAULT %(x)s"
    statement = Statement(text, None)  # type: ignore[arg-type] # the place does not matter
    assert reconcile(statement, lint(find(), [text, text], 170000)) is Found.UNREAD
    assert reconcile(statement, None) is Found.UNREAD
    assert agreed(statement, None) == ""
