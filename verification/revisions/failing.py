"""Why a step of a migration did not work: whose fault, where, in one line."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from verification.finding import Location
from verification.revisions.step import Failure
from verification.revisions.survivors import Ended
from verification.text import described

LONGEST = 300
ENVIRON = {os.__file__, "<frozen os>"}  # where os.environ is written
# What PostgreSQL says where the server, not the revision, lacks something.
MISSING = ("is not available", "could not access file", "could not open extension control file")
NOT_HERE = {
    "58P01": "this server lacks a file",  # of an extension or a library
    "42501": "its role may not do this",
    "53100": "the disk is full",
    "53200": "the server is out of memory",
}


def failure(error: BaseException | None, path: Path | None, place: Location) -> Failure:
    """The error in one line, and the line of the revision that led to it."""
    if error is None:
        return Failure("it ended without an error, and without being finished", place)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if path and Path(frame.filename) == path]
    line = next((line for line in reversed(lines) if line), place.line)
    return Failure(said(error), Location(place.file, line), sqlstate(error))


def place_in(error: BaseException, paths: Mapping[Path, Location]) -> Location | None:
    """Where in any of these files the error came from."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if place := paths.get(Path(frame.filename)):
            return Location(place.file, frame.lineno)
    return None


def said(error: BaseException) -> str:
    """What the server or the code said, without the statement and its parameters."""
    if isinstance(error, Ended):
        return f"it ends the whole process: {error}"
    if isinstance(error, SystemExit):
        return f"it ends the whole process: sys.exit({error.code!r})"
    origin = getattr(error, "orig", None)
    if origin is None:
        text = described(error)
    else:
        text = re.split(r" LINE \d+:", " ".join(str(origin).split()))[0]
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def sqlstate(error: BaseException | None) -> str:
    """The SQLSTATE, wherever the driver keeps it."""
    for each in _causes(error):
        for name in ("pgcode", "sqlstate"):
            if code := getattr(each, name, None):
                return str(code)
    return ""


def outside(error: BaseException | None, *, first: bool) -> str:
    """What is missing around a revision that fails through no fault of its own; else empty."""
    if error is None:
        return ""
    state, text = sqlstate(error), said(error)
    if variable := _unset(error):
        return f"the environment variable {variable} is not set ([tool.verification.environment])"
    if any(words in text for words in MISSING) or state in NOT_HERE:
        return f"{text} ({NOT_HERE.get(state, 'this server lacks it')})"
    # Roles belong to the whole server: whoever runs it makes them, and another database of it may
    # have made them already.
    if 'role "' in text and (state == "42704" or (first and state == "42710")):
        return f"{text} (roles belong to the whole server)"
    return ""


def _unset(error: BaseException) -> str:
    """The variable that was read from os.environ and is not there."""
    frames = traceback.extract_tb(error.__traceback__)
    asked = isinstance(error, KeyError) and frames and frames[-1].filename in ENVIRON
    return str(error.args[0]) if asked and error.args else ""


def _causes(error: BaseException | None) -> Iterator[Any]:
    while error is not None:
        yield error
        origin = getattr(error, "orig", None)
        if origin is not None:
            yield origin
            yield getattr(origin, "__cause__", None)
        error = error.__cause__
