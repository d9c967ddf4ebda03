"""Whether an answer, the row that was written and the request say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from verification.service.exchange import Answer, Request
from verification.service.oracle import Change

COMMON = 2  # columns that an answer and a row must share to be about the same thing
# Told as something else on purpose.
SECRET = re.compile(r"pass(word|phrase|wd)?|pwd|secret|token|api_?key|pin$|hash", re.IGNORECASE)


def untrue(request: Request, answer: Answer, change: Change) -> Iterator[tuple[str, str]]:
    """Where an answer says something else than the row that was written with it."""
    body = _record(answer.json())
    if body is None:
        return
    sent = _sent(request)
    for table, rows in change.written.items():
        same = [row for row in rows if "id" in row and same_value(row["id"], body["id"])]
        if len(same) != 1:
            continue
        row = same[0]
        common = sorted(set(row) & set(body))
        for name in common:
            if SECRET.search(name) or "**" in str(body[name]):
                continue
            if (
                len(common) > COMMON
                and comparable(row[name], body[name])
                and not same_value(row[name], body[name])
            ):
                yield name, f"answers another {name} than {table} holds"
            elif says := changed(sent.get(name), row[name], body[name]):
                yield name, f"{says} of {name} in {table}, and answers as if all were well"


def _record(body: Any) -> Mapping[str, Any] | None:
    """What tells of one thing, in an envelope or without."""
    if not isinstance(body, dict):
        return None
    if "id" in body:
        return body
    inner = [each for each in body.values() if isinstance(each, dict) and "id" in each]
    return inner[0] if len(inner) == 1 else None


def _sent(request: Request) -> Mapping[str, Any]:
    try:
        value = json.loads(request.body or "")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def changed(sent: Any, stored: Any, told: Any) -> str:
    """What of a value was lost on its way into the database, if anything was."""
    if not isinstance(sent, str) or not isinstance(stored, str):
        return ""
    moment, kept = _instant(sent), _instant(stored)
    if moment is None or kept is None:
        lost = sent[len(stored) :] if stored and sent.startswith(stored) else ""
        cut = any(character.isalnum() for character in lost)
        return f"stores the first {len(stored)} characters" if cut else ""
    if _instant(told) is None or not moment.utcoffset():
        return ""
    # A column without a zone holds UTC, as most do, or else what was on the sender's own clock.
    on_the_clock = _bare(kept if kept.tzinfo is None else kept.astimezone(UTC)) == _bare(moment)
    return "drops the time zone" if on_the_clock else ""


def _bare(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def comparable(stored: Any, told: Any) -> bool:
    """Whether both are of a kind of which a difference means something."""
    simple = (str, int, float, bool)
    if stored is None or told is None:
        return isinstance(stored, simple) or isinstance(told, simple)
    if isinstance(stored, bool) or isinstance(told, bool):
        return isinstance(stored, bool) and isinstance(told, bool)
    if isinstance(stored, int | float) and isinstance(told, int | float):
        return True
    return isinstance(stored, str) and isinstance(told, str) and stored.lower() != told.lower()


def same_value(stored: Any, told: Any) -> bool:
    """Whether two values mean the same, however they are written."""
    if stored == told or str(stored) == str(told):
        return True
    if isinstance(stored, int | float) and isinstance(told, int | float):
        return abs(stored - told) <= 1e-6 * max(1.0, abs(stored))
    one, other = _instant(stored), _instant(told)
    if one is not None and other is not None:
        if (one.tzinfo is None) != (other.tzinfo is None):
            return _bare(one) == _bare(other)
        return one == other
    return False


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
