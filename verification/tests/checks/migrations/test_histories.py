"""Each defect of a history is found by the check of its name, on its line; no safe twin is."""

from pathlib import Path

import pytest

from verification.config import Config
from verification.databases import Server
from verification.engine import discover, look, select
from verification.finding import Location, Severity
from verification.report import Result, Status
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


def results(root: Path, server: Server) -> dict[str, Result]:
    """Every check of the family, by its name."""
    with Target(config=Config(root=root), server=server, environment={}) as target:
        return {check.id.partition("/")[2]: look(check, target) for check in CHECKS}


@pytest.mark.parametrize("case", DEFECTS, ids=lambda case: f"{case.check}: {case.name}")
def test_a_defect_is_found_on_its_line(
    case: Case, tmp_path: Path, disposable_server: Server
) -> None:
    root = write(tmp_path, Change(case.up, case.down))
    result = results(root, disposable_server)[case.check]
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
