"""Each defect of a history is found by the check of its name, on its line; no safe twin is."""

from pathlib import Path

import pytest

from verification.config import Config
from verification.databases import Server
from verification.engine import discover, look, select
from verification.finding import Location, Severity
from verification.report import Result, Status
from verification.revisions import find, load
from verification.target import Target
from verification.tests.revisions.histories import (
    DEFECTS,
    HERE,
    TWINS,
    Case,
    Change,
    clean,
    write,
)

CHECKS = select(discover(), ["migrations"])
NEWEST = "versions/0002.py"


def results(root: Path, server: Server, only: str = "*") -> dict[str, Result]:
    """Every check of the family, or one, by its name."""
    chosen = select(CHECKS, [f"migrations/{only}"])
    with Target(config=Config(root=root), server=server, environment={}) as target:
        return {check.id.partition("/")[2]: look(check, target) for check in chosen}


@pytest.mark.parametrize("case", DEFECTS, ids=lambda case: f"{case.check}: {case.name}")
def test_a_defect_is_found_on_its_line(
    case: Case, tmp_path: Path, disposable_server: Server
) -> None:
    root = write(tmp_path, Change(case.up, case.down))
    result = results(root, disposable_server, case.check)[case.check]
    text = (root / NEWEST).read_text().splitlines()
    lines = [number for number, line in enumerate(text, 1) if line.endswith(HERE)]
    line = lines[0] if lines else text.index("def downgrade():") + 1
    assert [finding.location for finding in result.findings] == [Location(NEWEST, line)], result


@pytest.mark.parametrize("case", TWINS, ids=lambda case: case.name)
def test_a_safe_twin_is_left_in_peace(
    case: Case, tmp_path: Path, disposable_server: Server
) -> None:
    found = results(write(tmp_path, Change(case.up, case.down)), disposable_server)
    assert quarrels(found) == []


def test_a_long_clean_history_is_clean(tmp_path: Path, disposable_server: Server) -> None:
    changes = clean()
    assert len(changes) >= 30
    found = results(write(tmp_path, *changes), disposable_server)
    assert quarrels(found) == []
    assert not found["missing-lock-timeout"].findings


INDEXED = Change('op.create_index("i", "hero", ["name"])', 'op.drop_index("i")')
POWER = Change('op.create_table("power", sa.Column("x", sa.Text))', 'op.drop_table("power")')
INDEXED_POWER = Change('op.create_index("i", "power", ["x"])', 'op.drop_index("i")')


@pytest.mark.parametrize(
    ("changes", "at", "found"),
    [
        ([POWER, INDEXED], "0001", ["0003 public.hero"]),
        ([POWER, INDEXED], "0002", ["0003 public.hero"]),
        ([INDEXED, POWER], "0001", ["0002 public.hero"]),
        ([POWER, INDEXED_POWER], "0001", []),
        ([POWER, INDEXED_POWER], "0002", ["0003 public.power"]),
        ([POWER, INDEXED], "heads", []),
    ],
)
def test_where_something_is_deployed_the_pending_revisions_count(
    changes: list[Change], at: str, found: list[str], tmp_path: Path, disposable_server: Server
) -> None:
    root = write(tmp_path, *changes)
    file = find(root, "")
    assert file
    dsn = disposable_server.create()
    load(root, file, {}).upgrade(dsn, at)
    config = Config(root=root)
    environment = {"DATABASE_URL": dsn.reveal()}
    with Target(config=config, server=disposable_server, environment=environment) as target:
        (check,) = select(CHECKS, ["migrations/blocking-lock"])
        result = look(check, target)
    disposable_server.drop(dsn)
    assert [finding.subject for finding in result.findings] == found
    assert not result.reason


def test_a_constraint_validated_in_a_revision_of_its_own_is_safe(
    tmp_path: Path, disposable_server: Server
) -> None:
    """It reads the whole table, under a lock that lets everybody else read and write."""
    added = next(case for case in TWINS if case.name == "check")
    validated = Change(
        'op.execute("ALTER TABLE hero VALIDATE CONSTRAINT ck")',
        'op.drop_constraint("ck", "hero")\n'
        'op.create_check_constraint("ck", "hero", "age > 0", postgresql_not_valid=True)',
    )
    root = write(tmp_path, Change(added.up, added.down), validated)
    assert quarrels(results(root, disposable_server)) == []


def test_the_list_is_long() -> None:
    assert len(DEFECTS) >= 30
    assert len({case.name for case in DEFECTS}) == len(DEFECTS)


def quarrels(found: dict[str, Result]) -> list[Result]:
    """What is not in order; a note is only a note."""
    return [
        result
        for result in found.values()
        if (result.findings and result.check.severity.rank > Severity.NOTE.rank)
        or result.status is Status.UNKNOWN
    ]
