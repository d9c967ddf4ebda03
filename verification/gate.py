"""`verify gate REPORT`: let a deploy pass only where the database is what was verified."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verification.adoption import complete
from verification.config import Config
from verification.finding import NotApplicable, Severity
from verification.render.json import VERSION
from verification.text import plain

OPEN, REFUSED, COULD_NOT_TELL = 0, 1, 2
CODE = {
    "kit": "the kit",
    "commit": "the commit",
    "heads": "the heads",
    "revisions": "the revisions",
}
MINIMUM = ("revisions", "heads", "applied", "deployed")
PENDING = "migrations/pending-revision"  # what the deploy itself is about to mend
HOURS = 24.0


class Unusable(Exception):
    """The report says nothing that a gate could rely on; the message is one line."""


class Refuted(Exception):
    """The report says that something is wrong; the message is one line."""


def main(argv: Sequence[str]) -> int:
    """Compare a JSON report with what is there now: 0 open, 1 refused, 2 could not tell."""
    from verification.target import Target  # noqa: PLC0415 - --help need not import it

    parser = argparse.ArgumentParser(
        prog="verify gate",
        description="Refuse a deploy unless this code on this database is what was verified.",
        epilog="exit code: 0 open, 1 refused, 2 could not tell",
    )
    parser.add_argument("report", type=Path, help="what `verify --report json=FILE` has written")
    parser.add_argument("--root", default=".", type=Path, metavar="DIR")
    parser.add_argument(
        "--within", default=HOURS, type=float, metavar="HOURS", help="how old it may be (24)"
    )
    options = parser.parse_args(argv)
    try:
        verified = evidence(options.report, options.within)
    except Unusable as reason:
        return _say(f"could not tell: {reason}", COULD_NOT_TELL)
    except Refuted as reason:
        return _say(f"refused: {reason}", REFUSED)
    with Target(config=complete(Config.load(options.root), os.environ)) as target:
        try:
            target["url"]
        except NotApplicable as reason:  # a rehearsal is always as the code would have it
            return _say(f"could not tell: {reason}, so no database is asked", COULD_NOT_TELL)
        now: Mapping[str, str] = target["evidence"]
    missing = [name for name in MINIMUM if name not in now]
    if missing:
        return _say(f"could not tell: nothing is known of {', '.join(missing)}", COULD_NOT_TELL)
    reasons = list(objections(verified, now))
    if reasons:
        return _say("refused: " + "; ".join(reasons), REFUSED)
    done = now["applied"] == now["heads"]
    return _say("open: " + ("nothing is pending" if done else "as verified"), OPEN)


def evidence(path: Path, hours: float = HOURS) -> Mapping[str, str]:
    """What a report's verdict is bound to, where it was a full, green and recent one.

    Raises Refuted where it was not green, and Unusable where that cannot be told.
    """
    try:
        document: Any = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("evidence"), dict):
        raise Unusable(
            f"{path} is no JSON report of this kit; verify --report json=FILE writes one"
        )
    if document.get("version") != VERSION:
        raise Unusable(f"{path} has version {document.get('version')!r}, not {VERSION}")
    found = document["evidence"]
    if not found:
        raise Unusable(f"{path} is bound to nothing: it is of a run with --only or --ignore")
    _green(path, document)
    missing = [name for name in (*MINIMUM, "at") if not isinstance(found.get(name), str)]
    if missing:
        raise Unusable(f"{path} does not say what was verified ({', '.join(missing)})")
    try:
        age = (datetime.now(UTC) - datetime.fromisoformat(found["at"])).total_seconds() / 3600
    except (ValueError, TypeError):
        raise Unusable(f"{path} does not say when it was written") from None
    if age > hours:
        raise Refuted(f"{path} is {age:.0f} hours old, {hours:g} are allowed (--within)")
    return {str(name): str(value) for name, value in found.items()}


def _green(path: Path, document: Mapping[str, Any]) -> None:
    """Raise where something is wrong, but for the revisions that the deploy will apply."""
    verdict = document.get("verdict")
    if verdict == "verified":
        return
    if verdict != "refuted":
        raise Unusable(f"the verdict of {path} is {verdict!r}")
    try:
        fail_on = Severity(document["fail_on"])
        failed = {
            str(result["check"])
            for result in document["results"]
            if result["status"] == "failed" and Severity(result["severity"]).rank >= fail_on.rank
        }
        unknown = [result for result in document["results"] if result["status"] == "unknown"]
    except (LookupError, ValueError, TypeError):
        raise Unusable(f"{path} does not say what was found") from None
    if other := sorted(failed - {PENDING}):
        more = f" and {len(other) - 1} more" if len(other) > 1 else ""
        raise Refuted(f"the verdict of {path} is 'refuted': {other[0]}{more}")
    if unknown or not failed:
        raise Unusable(f"{path}: {len(unknown)} checks could not tell")


def objections(verified: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Why what is there now is not what was verified."""
    for name, words in CODE.items():
        if verified.get(name, "") != now.get(name, ""):
            yield f"{words} changed since: {verified.get(name)!r}, now {now.get(name)!r}"
    if now.get("commit", "").endswith("+"):
        yield "files differ from the commit that is checked out"
    same = (verified["applied"], verified["deployed"]) == (now["applied"], now["deployed"])
    # Another deploy of the same code may have come first; then its result is what was verified.
    done = now["applied"] == now["heads"]
    if not same and not (done and now["deployed"] == verified.get("migrated")):
        if verified["applied"] != now["applied"] and not done:
            yield f"the database is at {now['applied'] or 'no revision'}, not {verified['applied']}"
        else:
            yield "the schema of the database is not the one that was verified"


def _say(text: str, code: int) -> int:
    stream = sys.stderr if code else sys.stdout
    stream.write(f"verify gate: {plain(text)}\n")
    return code
