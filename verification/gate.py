"""`verify gate REPORT`: let a deploy pass only where the database is what was verified."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from verification.adoption import complete
from verification.config import Config
from verification.text import plain

OPEN, REFUSED, COULD_NOT_TELL = 0, 1, 2
CODE = {
    "kit": "the kit",
    "commit": "the commit",
    "heads": "the heads",
    "revisions": "the revisions",
}
MINIMUM = ("revisions", "heads", "applied", "deployed")


class Unusable(Exception):
    """The report says nothing that a gate could rely on; the message is one line."""


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
    options = parser.parse_args(argv)
    try:
        verified = evidence(options.report)
    except Unusable as reason:
        return _say(f"could not tell: {reason}", COULD_NOT_TELL)
    with Target(config=complete(Config.load(options.root), os.environ)) as target:
        now: Mapping[str, str] = target["evidence"]
    missing = [name for name in MINIMUM if name not in now]
    if missing:
        return _say(f"could not tell: nothing is known of {', '.join(missing)}", COULD_NOT_TELL)
    reasons = list(objections(verified, now))
    if reasons:
        return _say("refused: " + "; ".join(reasons), REFUSED)
    done = now["applied"] == now["heads"]
    return _say("open: " + ("nothing is pending" if done else "as verified"), OPEN)


def evidence(path: Path) -> Mapping[str, str]:
    """What a report's verdict is bound to. Raises Unusable where it was not a full, green one."""
    try:
        document: Any = json.loads(path.read_text("utf-8"))
        verdict, found = document["verdict"], document["evidence"]
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError):
        raise Unusable(f"{path} is no JSON report with evidence in it") from None
    if verdict != "verified":
        raise Unusable(f"the verdict of {path} is {verdict!r}")
    missing = [name for name in MINIMUM if not isinstance(found.get(name), str)]
    if missing:
        raise Unusable(f"{path} does not say what was verified ({', '.join(missing)})")
    return {str(name): str(value) for name, value in found.items()}


def objections(verified: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Why what is there now is not what was verified."""
    for name, words in CODE.items():
        if verified.get(name, "") != now.get(name, ""):
            yield f"{words} changed since: {verified.get(name)!r}, now {now.get(name)!r}"
    if now.get("commit", "").endswith("+"):
        yield "files differ from the commit that is checked out"
    same = (verified["applied"], verified["deployed"]) == (now["applied"], now["deployed"])
    # Another deploy of the same code may have come first; then its result is what was verified.
    through = now["applied"] == now["heads"] and now["deployed"] == verified.get("migrated")
    if not same and not through:
        if verified["applied"] != now["applied"]:
            yield f"the database is at {now['applied'] or 'no revision'}, not {verified['applied']}"
        else:
            yield "the schema of the database has changed since"


def _say(text: str, code: int) -> int:
    stream = sys.stderr if code else sys.stdout
    stream.write(f"verify gate: {plain(text)}\n")
    return code
