"""`verify smoke`: verify a Neon branch; or make one, migrate, verify, compare and delete it."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn

from verification import engine
from verification.adoption import complete
from verification.config import Config, ConfigError
from verification.connect.answer import Unanswered
from verification.connect.asking import ask
from verification.connect.retrying import answered
from verification.dsn import MalformedDsn
from verification.finding import NotApplicable, Unknown
from verification.neon.client import Neon
from verification.neon.transport import BASE, NeonError
from verification.redact import redact
from verification.render import render
from verification.smoke.subject import (
    Refused,
    Subject,
    created,
    given,
    left_behind,
    under_way,
    writable,
)
from verification.target import Target
from verification.text import plain

REFUTED, COULD_NOT_TELL, TERMINATED = 1, 2, 143
WAKING = 60.0  # seconds
SHORTEST, LONGEST = 15, 24 * 60  # minutes
# Families that only read, so that they may look at a branch which others are using.
READ_ONLY = ("connectivity", "configuration", "schema", "design", "security", "data", "neon")


def main(argv: Sequence[str]) -> int:
    """Returns 0 verified, 1 refuted, 2 where nothing could be proven."""
    try:
        options = _parser().parse_args(argv)
        with _ended_tidily(), _api(os.environ) as neon:
            return _smoke(options, neon)
    except (Refused, NeonError, ConfigError, MalformedDsn, Unknown, _Usage) as error:
        return _complain(str(error))


def _smoke(options: argparse.Namespace, neon: Neon | None) -> int:
    config = complete(Config.load(Path(options.root)), os.environ)
    if options.branch:
        subject = given(neon, options.branch)
        if options.migrate:
            if neon is None:
                raise Refused("without NEON_API_KEY nobody knows whether it may be written to")
            writable(neon, subject)
        code = _verified(config, subject, options)
        if neon is not None and subject.parent:
            _compared(neon, subject, options.diff)
        return code
    if neon is None:
        raise _Usage("set NEON_API_KEY and NEON_PROJECT_ID, or name a branch by its URL")
    for branch in left_behind(neon, datetime.now(UTC)):
        _say(f"left behind by an earlier run: {branch.name} ({branch.id})")
    for branch in under_way(neon, datetime.now(UTC)):
        _say(
            f"of another run, or of one that was killed: {branch.name} ({branch.id}),"
            f" which Neon deletes at {branch.expires_at:%Y-%m-%d %H:%M} UTC"
        )
    with created(neon, options.parent, timedelta(minutes=options.minutes)) as subject:
        _say(f"branch {subject.id}, deleted at the end")
        options.migrate = True
        code = _verified(config, subject, options)
        _compared(neon, subject, options.diff)
        return code if _recovers(neon, subject) else max(code, REFUTED)


def _verified(config: Config, subject: Subject, options: argparse.Namespace) -> int:
    urls = {
        config.database_url_variable: subject.pooled.reveal(""),
        config.migration_url_variable: subject.direct.reveal(""),
    }
    config = replace(config, neon_branch=subject.id)
    families = options.only or ([] if subject.disposable else READ_ONLY)
    found = engine.discover(config.checks, config.folders)
    known = {check.family for check in found} | {check.id for check in found}
    wanted = [name for name in families if name in known or options.only]
    chosen = engine.select(found, wanted, config.ignore)
    with Target(config=config, environment={**os.environ, **urls}) as target:
        if options.migrate:
            try:
                target["migrations"].upgrade(subject.direct)
            except NotApplicable as reason:
                _say(f"not migrated: {reason}")
        report = engine.run(chosen, target, config.fail_on, config.accept)
        report = replace(report, context=target.context)
        _say(render("terminal", report))
        for name, _, path in (each.partition("=") for each in options.report):
            Path(path or f"smoke.{name}").write_text(render(name, report), encoding="utf-8")
    return report.exit_code


def _compared(neon: Neon, subject: Subject, path: str) -> None:
    difference = neon.compare(subject.id, subject.parent, subject.database)
    if path:
        Path(path).write_text(difference, encoding="utf-8")
    _say(difference or "its schema is the parent's: no migration is pending there")


def _recovers(neon: Neon, subject: Subject) -> bool:
    """Suspend the compute, and see that both ways to it wake it again."""
    for name, dsn in (("direct", subject.direct), ("pooled", subject.pooled)):
        for endpoint in neon.endpoints(subject.id):
            neon.suspend(endpoint.id)
        try:
            cold = answered(dsn, WAKING)
            warm = ask(dsn)
        except Unanswered as nothing:
            _say(f"suspended, it does not wake ({name}): {nothing}")
            return False
        _say(f"suspended, it wakes ({name}): {cold.seconds:.2f} s cold, {warm.seconds:.2f} s warm")
    return True


@contextmanager
def _api(environment: Mapping[str, str]) -> Iterator[Neon | None]:
    key = environment.get("NEON_API_KEY", "").strip()
    project = environment.get("NEON_PROJECT_ID", "").strip()
    if not key or not project:
        yield None
        return
    if not re.fullmatch(r"[a-z0-9-]{1,60}", project):
        raise _Usage("NEON_PROJECT_ID is none that Neon gives")
    with Neon(key, project, environment.get("NEON_API_HOST", "").strip() or BASE) as neon:
        yield neon


@contextmanager
def _ended_tidily() -> Iterator[None]:
    """A request to end, as a CI system sends it when it cancels, still deletes the branch."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _minutes(text: str) -> int:
    if not text.isdigit() or not SHORTEST <= int(text) <= LONGEST:
        raise _Usage(f"--minutes {text}: give a number from {SHORTEST} to {LONGEST}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="verify smoke",
        description="Verify a Neon branch; without one, make one, migrate, verify and delete it.",
        epilog="environment: NEON_API_KEY, NEON_PROJECT_ID; exit code: 0 verified, 1 refuted, 2"
        " could not tell",
    )
    parser.add_argument("branch", nargs="?", default="", help="an id, a name or a URL")
    parser.add_argument("--parent", default="", metavar="BRANCH", help="else the default branch")
    parser.add_argument("--migrate", action="store_true", help="migrate the given branch first")
    parser.add_argument(
        "--minutes", type=_minutes, default=60, metavar="N", help="until Neon deletes it by itself"
    )
    parser.add_argument("--diff", default="", metavar="PATH", help="where the difference goes")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="checks")
    parser.add_argument("--report", action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--root", default=".", metavar="DIR", help="where pyproject.toml lies")
    return parser


class _Usage(Exception):
    """The command line cannot be carried out; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{redact(message)}; try verify smoke --help")


def _say(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    shown = redact(text.rstrip("\n")).encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(shown + "\n")
    sys.stdout.flush()


def _complain(text: str) -> int:
    encoding = sys.stderr.encoding or "utf-8"
    line = f"verify: {plain(redact(' '.join(text.split())))}\n"
    sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))
    return COULD_NOT_TELL
