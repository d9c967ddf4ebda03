"""Bind checks to a target and run them; knows neither SQL nor HTTP."""

from __future__ import annotations

import fnmatch
import importlib
import pkgutil
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from verification.acceptance import settle
from verification.check import Check
from verification.config import Acceptance, ConfigError, suggest
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.redact import redact
from verification.report import Report, Result, Status
from verification.text import described

BUILT_IN = "verification.checks"


class Facts(Protocol):
    """What the engine asks of a target: facts by name, and the secrets met on the way."""

    secrets: set[str]

    def __getitem__(self, name: str, /) -> object:
        """The fact of this name. Raises NotApplicable or Unknown."""


class _With:
    """The facts, and what the run has learnt so far for the checks that judge the run itself."""

    def __init__(self, facts: Facts, results: Sequence[Result]) -> None:
        self.secrets = facts.secrets
        self._facts = facts
        self._results = tuple(results)

    def __getitem__(self, name: str, /) -> object:
        return self._results if name == "results" else self._facts[name]


def discover(packages: Iterable[str] = (), folders: Iterable[Path] = ()) -> tuple[Check, ...]:
    """Every check in the built-in families and in these packages, by id. Raises ConfigError.

    The packages may lie in `folders`: the command does not start in a project's import path.
    """
    before = list(sys.path)
    sys.path[:0] = [str(folder) for folder in folders if folder.is_dir()]
    try:
        found = [found for package in (BUILT_IN, *packages) for found in _checks_of(package)]
    finally:
        sys.path[:] = before
    return tuple(sorted(found, key=lambda check: check.id))


def _checks_of(name: str) -> Iterator[Check]:
    try:
        package = importlib.import_module(name)
        path = getattr(package, "__path__", ())
        walk = pkgutil.walk_packages(path, f"{name}.", onerror=_raise_again)
        modules = [importlib.import_module(module.name) for module in walk]
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"the package of checks {name!r} cannot be imported: {described(error)}"
        ) from error
    yield from (
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, Check) and member.body.__module__ == module.__name__
    )


def _raise_again(_: str) -> None:
    raise  # noqa: PLE0704 - called while an import fails, which would else be swallowed


def select(
    checks: Collection[Check], only: Collection[str] = (), ignore: Collection[str] = ()
) -> tuple[Check, ...]:
    """The checks that `only` names (all, where empty) less those in `ignore`.

    A name is an id, a family or a pattern such as `*/unindexed-*`. Raises ConfigError where a name
    fits no check at all.
    """
    for name in (*only, *ignore):
        if not any(_fits(check, name) for check in checks):
            known = {check.id for check in checks} | {check.family for check in checks}
            raise ConfigError(f"there is no check {name!r}{suggest(name, known)}")
    return tuple(
        check
        for check in checks
        if (not only or any(_fits(check, name) for name in only))
        and not any(_fits(check, name) for name in ignore)
    )


def _fits(check: Check, name: str) -> bool:
    wanted = name.replace("_", "-").rstrip("/")
    return wanted == check.family or fnmatch.fnmatchcase(check.id, wanted)


def run(
    checks: Iterable[Check],
    facts: Facts,
    fail_on: Severity = Severity.WARNING,
    accept: Sequence[Acceptance] = (),
    heard: Callable[[Result], object] = lambda _: None,
) -> Report:
    """Run each check on the facts it names; `heard` is told every result as it comes."""
    results: list[Result] = []
    for check in sorted(checks, key=lambda check: "results" in check.needs):
        known = _With(facts, results) if "results" in check.needs else facts
        result = settle(look(check, known), accept)
        heard(result)
        results.append(result)
    return Report(tuple(results), fail_on)


def look(check: Check, facts: Facts) -> Result:
    """Run one check; whatever happens in it becomes a result, with every secret masked."""
    return _without_secrets(_run_one(check, facts), facts.secrets)


def _run_one(check: Check, facts: Facts) -> Result:
    started = time.perf_counter()

    def ended(status: Status, findings: Iterable[Finding] = (), reason: str = "") -> Result:
        return Result(check, status, tuple(findings), reason, time.perf_counter() - started)

    findings: list[Finding] = []
    try:
        values: Mapping[str, object] = {name: facts[name] for name in check.needs}
        for finding in check(**values):
            findings.append(finding)  # noqa: PERF402 - what was found before a crash is kept
    except NotApplicable as reason:
        return ended(Status.SKIPPED, findings, str(reason))
    except Unknown as reason:
        return ended(Status.UNKNOWN, findings, str(reason))
    except KeyboardInterrupt:
        raise
    # Whatever it is, a crash is reported and never stops the run: not even sys.exit(0) in the
    # project's code, which would end it in green, or a task that was cancelled.
    except BaseException as error:  # noqa: BLE001 - see above
        return ended(Status.UNKNOWN, findings, f"the check crashed: {described(error)}")
    return ended(Status.FAILED if findings else Status.PASSED, findings)


def _without_secrets(result: Result, secrets: Collection[str]) -> Result:
    def clean(finding: Finding) -> Finding:
        return replace(
            finding,
            subject=redact(finding.subject, secrets),
            message=redact(finding.message, secrets),
            fix=redact(finding.fix, secrets),
        )

    return replace(
        result,
        findings=tuple(clean(finding) for finding in result.findings),
        reason=redact(result.reason, secrets),
    )
