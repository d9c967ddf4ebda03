"""`pytest --verify`: each check an item; and a disposable PostgreSQL for anybody's tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from verification.check import Check
    from verification.databases import Server
    from verification.target import Target


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --verify and --verify-only."""
    group = parser.getgroup("verification", "infrastructure verification")
    group.addoption("--verify", action="store_true", help="run the checks, each as an item")
    group.addoption("--verify-only", action="append", default=[], metavar="NAME", help="as --only")


@pytest.fixture(scope="session")
def disposable_server() -> Iterator[Server]:
    """A PostgreSQL on which databases may be made, cloned and dropped."""
    from verification.databases import disposable_server as start  # noqa: PLC0415 - only if asked

    with start(os.environ) as server:
        yield server


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add one item for every selected check, behind the tests."""
    if not config.getoption("verify"):
        return
    from verification.adoption import complete  # noqa: PLC0415
    from verification.config import Config, ConfigError  # noqa: PLC0415 - only if asked
    from verification.engine import discover, select  # noqa: PLC0415
    from verification.target import Target  # noqa: PLC0415

    try:
        settings = complete(Config.load(config.rootpath), os.environ)
        only = config.getoption("verify_only") or settings.only
        chosen = select(discover(settings.checks, settings.folders), only, settings.ignore)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    if not chosen:
        raise pytest.UsageError("no check is selected, so nothing would be verified")
    target = Target(config=settings)
    config.add_cleanup(lambda: target.__exit__(None, None, None))
    family = pytest.Module.from_parent(session, path=config.rootpath / "pyproject.toml")
    items += [
        CheckItem.from_parent(family, name=f"verify[{check.id}]", check=check, target=target)
        for check in chosen
        if "results" not in check.needs
    ]


class CheckItem(pytest.Item):
    """One check on the project that pytest was started in."""

    def __init__(self, *, check: Check, target: Target, **rest: object) -> None:
        """Keep what runtest needs."""
        super().__init__(**rest)  # type: ignore[arg-type] # pytest's own keyword arguments
        self.check = check
        self.target = target

    def runtest(self) -> None:
        """Look; a finding or an unknown fails the item, what does not apply skips it."""
        from verification.acceptance import settle  # noqa: PLC0415 - only if asked
        from verification.engine import look  # noqa: PLC0415
        from verification.report import Report, Status, Verdict  # noqa: PLC0415

        settings = self.target["config"]
        result = settle(look(self.check, self.target), settings.accept)
        if result.status is Status.SKIPPED:
            pytest.skip(result.reason)
        report = Report((result,), settings.fail_on)
        if report.verdict is not Verdict.VERIFIED:
            from verification.render import render  # noqa: PLC0415 - only for a failure

            raise Refuted(render("terminal", report))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """The findings as the command shows them, without a traceback."""
        if isinstance(excinfo.value, Refuted):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))  # type: ignore[arg-type] # passed through

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where a failure is said to be."""
        return self.path, None, self.name


class Refuted(Exception):
    """The check found something, or could not look."""
