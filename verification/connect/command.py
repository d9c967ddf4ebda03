"""`verify connect`: wait until the database answers, and show how it did."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from verification.config import Config, ConfigError
from verification.connect.answer import Answer, Unanswered
from verification.connect.asking import ask
from verification.connect.retrying import answered
from verification.dsn import Dsn, MalformedDsn
from verification.neon.dsn import endpoint
from verification.redact import redact
from verification.text import plain

UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0}
ANSWERED, NO_ANSWER, COULD_NOT_TELL = 0, 1, 2


def main(argv: Sequence[str]) -> int:
    """Returns 0 where the database answered, 1 where it did not, 2 for a URL that is none."""
    try:
        options = _parser().parse_args(argv)
        wait = _seconds(options.wait)
        dsn = _address(options.url, Path(options.root))
    except (_Usage, ConfigError, MalformedDsn) as error:
        return _complain(str(error), COULD_NOT_TELL)
    try:
        cold = answered(dsn, wait, lambda nothing: _say_not_yet(nothing, dsn))
        warm = ask(dsn)
    except Unanswered as nothing:
        failure = nothing.failure
        text = f"{dsn}: no answer, {failure}; {failure.advice}"
        return _complain(redact(text, dsn.secrets), NO_ANSWER)
    _say(f"{dsn}\n{_who(warm, dsn)}\n{_timeline('cold', cold)}\n{_timeline('warm', warm)}")
    if not options.brief:
        _say("\n".join(_protection(dsn, warm)))
    return ANSWERED


def _who(answer: Answer, dsn: Dsn) -> str:
    who = answer.identity
    kind = "standby" if who.in_recovery else "read-only" if who.read_only else "writable"
    text = f"PostgreSQL {who.version}, {kind}, database {who.database} as {who.role}"
    at = endpoint(dsn)
    if who.branch:
        way = ", pooled" if at and at.pooled else ""
        text += f"; Neon branch {who.branch}, endpoint {who.endpoint or '?'}{way}"
    return plain(text)


def _timeline(name: str, answer: Answer) -> str:
    return f"{name} {answer.seconds * 1000:.1f} ms: {answer.timeline}"


def _protection(dsn: Dsn, answer: Answer) -> Iterator[str]:
    if not answer.tls:
        yield "not encrypted"
        return
    from verification.connect.handshake import shake  # noqa: PLC0415 - ssl, 20 ms, only if shown

    wanted = dsn.parameters.get("channel_binding", "prefer")
    try:
        seen = shake(dsn)
    except (OSError, ValueError) as error:
        yield f"{answer.tls} ({answer.cipher}); its certificate cannot be looked at: {error}"
        return
    offered = "offered" if seen.binds_channels else "not offered"
    yield f"{answer.tls} ({answer.cipher}), channel binding {offered}, {wanted} by the URL"
    now = datetime.now(UTC)
    for certificate in seen.chain:
        days = certificate.days_left(now)
        yield plain(
            f"certificate {certificate.subject}, by {certificate.issuer}, until"
            f" {certificate.until:%Y-%m-%d} ({days} days)"
        )
    yield f"its name is not proven: {seen.distrusted}" if seen.distrusted else "its name is proven"


def _address(written: str, root: Path) -> Dsn:
    config = Config.load(root)
    text = written or os.environ.get(config.database_url_variable, "").strip()
    if not text:
        raise _Usage(f"no URL is given, and {config.database_url_variable} is not set")
    return Dsn.parse(text)


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|)", text.strip())
    if found is None:
        raise _Usage(f"--wait {text}: give a time such as 60s, 2m or 500ms")
    return float(found[1]) * UNITS[found[2]]


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="verify connect",
        description="Wait until the database answers; show every step, and who it is.",
        epilog="exit code: 0 it answers, 1 it does not, 2 no usable URL",
    )
    parser.add_argument("url", nargs="?", default="", metavar="URL", help="else DATABASE_URL")
    parser.add_argument("--wait", default="0", metavar="TIME", help="try again for so long")
    parser.add_argument("--brief", action="store_true", help="leave the certificate out")
    parser.add_argument("--root", default=".", metavar="DIR", help="where pyproject.toml lies")
    return parser


class _Usage(Exception):
    """The command line cannot be carried out; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{redact(message)}; try verify connect --help")


def _say_not_yet(nothing: Unanswered, dsn: Dsn) -> None:
    _complain(redact(f"not yet: {nothing.failure}", dsn.secrets), 0)


def _say(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _complain(text: str, code: int) -> int:
    encoding = sys.stderr.encoding or "utf-8"
    line = f"verify: {plain(' '.join(text.split()))}\n"
    sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))
    return code
