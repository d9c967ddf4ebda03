"""Which columns fill themselves in with a new value for every row."""

from __future__ import annotations

from verification.catalog import Column

MOVING = (
    "nextval(", "gen_random_uuid()", "uuid_generate", "uuidv", "now()", "CURRENT_", "random()",
          "clock_timestamp()", "statement_timestamp()", "LOCALTIME",
)  # fmt: skip


def moving(column: Column) -> bool:
    """Whether its default gives every row another value."""
    default = column.default or ""
    return bool(column.identity) or any(text in default for text in MOVING)
