"""Roles belong to the whole server: what one database of a run has made is there in all others."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from verification.revisions.failing import said, sqlstate

_ROLE = re.compile(r"\s*(CREATE|DROP)\s+(ROLE|USER|GROUP)\s+(?!MAPPING\b)", re.IGNORECASE)
_TOLERATED = {
    "CREATE": "duplicate_object",
    "DROP": "dependent_objects_still_exist",
}
_MISSING = re.compile(r'role "(.+)" does not exist')
GIVEN = {"42704", "22023"}  # GRANT ... TO it; SET ROLE, which needs a role that may do everything
SET_ROLE = "22023"
NO_SCHEMA = "3F000"
_SCHEMA = re.compile(r'schema "((?:[^"]|"")+)" does not exist')


@contextlib.contextmanager
def shared_roles() -> Iterator[None]:
    """A role that is there already is made, and one that another database still needs is dropped.

    The same revisions run in several databases of one server, which no deploy ever does.
    """
    from sqlalchemy import Engine, event  # noqa: PLC0415 - 500 ms that only project code needs

    def soften(
        _connection: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool
    ) -> tuple[str, Any]:
        found = _ROLE.match(text)
        if found is None or values or ";" in text.rstrip().rstrip(";"):
            return text, values
        one = text.rstrip().rstrip(";")
        but = f"EXCEPTION WHEN {_TOLERATED[found[1].upper()]} THEN NULL"
        return f"DO $verify$ BEGIN {one}; {but}; END $verify$", values

    event.listen(Engine, "before_cursor_execute", soften, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", soften)


def missing_role(error: BaseException | None) -> tuple[str, bool]:
    """The role that an error says is missing, if it does; and whether it was to be acted as."""
    found = _MISSING.search(said(error)) if error is not None else None
    if found is None or error is None or (state := sqlstate(error)) not in GIVEN:
        return "", False
    return found[1], state == SET_ROLE


def missing_schema(error: BaseException | None) -> str:
    """The schema that an error says is missing, if it does."""
    if error is None or sqlstate(error) != NO_SCHEMA:
        return ""
    found = _SCHEMA.search(said(error))
    return found[1] if found else ""
