"""`verify --prove`: plant single faults in a copy of the project's schema; count who sees them."""

from __future__ import annotations

import argparse
import fnmatch
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from verification import engine
from verification.adoption import complete
from verification.catalog import Catalog
from verification.check import Check
from verification.checks.schema._comparing import bookkeeping
from verification.config import Config
from verification.finding import NotApplicable, Unknown
from verification.proving import Mutation, Outcome, Proof, mutations, prove, scoring
from verification.target import Target
from verification.text import plain

# What a check may ask for and still be a pure function of the mutated catalog.
PURE = {"deployed", "entire", "promised", "config", "left_out"}
SHOWN_EVERY = 25


def main(argv: Sequence[str]) -> int:
    """Returns 0 where every planted fault was seen, 1 where one survived, 2 where none was."""
    options = _parser().parse_args(argv)
    config = complete(Config.load(Path(options.root)), os.environ)
    checks = [
        check
        for check in engine.discover(config.checks, config.folders)
        if set(check.needs) <= PURE
    ]
    with Target(config=config) as target:
        try:
            template = target["template"]
            server = target["server"]
        except (NotApplicable, Unknown) as reason:
            sys.stderr.write(f"verify: {reason}\n")
            return 2
        healthy: Catalog = template.catalog
        eyes = _Eyes(checks, config, healthy)
        faults = _wanted(healthy, options.object)
        with server.clone(template.dsn) as copy:
            proof = prove(copy, faults, eyes.see, options.seconds, _Progress(len(faults)).tell)
        if not options.object:  # a score of some objects is none of the schema
            scoring.keep(healthy, proof, target["environment"])
    sys.stdout.write("\n".join(_told(proof)) + "\n")
    return 1 if proof.survivors else 0 if proof.planted else 2


def _wanted(healthy: Catalog, pattern: str) -> list[Mutation]:
    """Alembic's own table is not the project's; what becomes of it, pending-revision tells."""
    own = bookkeeping(healthy)
    return [
        fault
        for fault in mutations(healthy)
        if not any(f"{fault.subject}.".startswith(f"{name}.") for name in own)
        and (not pattern or fnmatch.fnmatchcase(fault.subject, pattern))
    ]


class _Eyes:
    """The checks that look at a catalog, and what they find in the healthy one."""

    def __init__(self, checks: Sequence[Check], config: Config, healthy: Catalog) -> None:
        self._checks = checks
        self._config = config
        self._healthy = healthy
        self._usual = {check.id: self._found(check, healthy) for check in checks}

    def see(self, mutated: Catalog) -> frozenset[str]:
        """The ids of the checks that find something new."""
        return frozenset(
            check.id
            for check in self._checks
            if self._found(check, mutated) - self._usual[check.id]
        )

    def _found(self, check: Check, deployed: Catalog) -> set[str]:
        known = {
            "deployed": deployed,
            "entire": deployed,
            "promised": self._healthy,
            "config": self._config,
            "left_out": lambda _table: False,
        }
        try:
            findings = check(**{name: known[name] for name in check.needs})
            return {f"{finding.subject} {finding.message}" for finding in findings}
        except (NotApplicable, Unknown):
            return set()


class _Progress:
    """One line on a terminal, rewritten; nothing on CI."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def tell(self, _outcome: Outcome) -> None:
        """Count one more."""
        self._done += 1
        if sys.stderr.isatty() and (self._done % SHOWN_EVERY == 0 or self._done == self._total):
            end = "\n" if self._done == self._total else ""
            sys.stderr.write(f"\r{self._done} of {self._total} faults planted{end}")


def _told(proof: Proof) -> Iterator[str]:
    seers = Counter(name for outcome in proof.planted for name in outcome.seen_by)
    for name, number in seers.most_common():
        yield f"{number:6} seen by {name}"
    for outcome in proof.outcomes:
        if outcome.refused:
            yield f"- not planted: {plain(str(outcome.mutation))}: {plain(outcome.refused)}"
    for outcome in proof.survivors:
        yield f"x survived: {plain(str(outcome.mutation))}"
        yield f"    {plain(outcome.mutation.sql)}"
    if proof.untried:
        yield f"? {proof.untried} faults were not tried: the time was over"
    seen = len(proof.planted) - len(proof.survivors)
    yield (
        f"{seen} of {len(proof.planted)} planted faults seen:"
        f" {proof.score:.1%} in {proof.seconds:.1f} s"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verify --prove", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="stop planting after so long"
    )
    parser.add_argument("--object", metavar="PATTERN", default="", help="as in public.hero*")
    parser.add_argument("--root", default=".", metavar="DIR", help="where pyproject.toml lies")
    return parser
