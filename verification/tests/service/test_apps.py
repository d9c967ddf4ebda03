"""Small services with one planted defect each: the named check finds it, and not in its twin."""

import ast
import importlib
from pathlib import Path

import pytest

from verification.check import Check
from verification.config import Config
from verification.databases import Server
from verification.engine import look
from verification.report import Status
from verification.target import Target

APPS = Path(__file__).parent / "apps"


def named(file: Path) -> Check:
    """The check that the first line of an application names."""
    page = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    name = page.partition(":")[0].removeprefix("service/").replace("-", "_")
    found: Check = getattr(importlib.import_module(f"verification.checks.service.{name}"), name)
    return found


@pytest.mark.parametrize("faulty", ["yes", "no"])
@pytest.mark.parametrize("file", sorted(APPS.glob("*.py")), ids=lambda file: file.stem)
def test_the_named_check_tells_the_faulty_from_the_repaired(
    file: Path, faulty: str, disposable_server: Server
) -> None:
    config = Config(root=APPS, app=f"{file.stem}:app", environment={"FAULTY": faulty})
    with Target(config=config, environment={}, server=disposable_server) as target:
        result = look(named(file), target)
    wanted = Status.FAILED if faulty == "yes" else Status.PASSED
    assert (result.status, result.reason) == (wanted, ""), result.findings
