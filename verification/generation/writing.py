"""Whether a schema's values end in its table, or only look for rows that are there."""

from __future__ import annotations

import re
from typing import Any

from verification.generation.schemas import column_of
from verification.project import Model

# A name says it best: UserLogin has what finds a user, and stores nothing of it.
READS = re.compile(r"Log_?[iI]n|Sign_?[iI]n|Log_?[oO]ut|Credential|Search|Filter|Query|Lookup")
WRITES = re.compile(
    r"Create|New|Add|Insert|Regist|Sign_?[uU]p|Update|Patch|Edit|Change|Modif|Put|Upsert|Save|Write"
    r"|Import|Input|In$|Payload|Data|Form|Schema|Base|Model|D[tT][oO]"
)
SECRET = re.compile(r"pass|hash|salt|secret|key", re.IGNORECASE)


def writes(cls: Any, model: Model) -> bool:
    """Unless its name says otherwise, a schema that could never make a row finds one."""
    rest = cls.__name__.replace(model.name, "")
    if READS.search(rest):
        return False
    return bool(WRITES.search(rest)) or rest == "" or _suffices(cls, model) or _optional(cls)


def _suffices(cls: Any, model: Model) -> bool:
    """Whether it has everything that a row needs, but what code would fill in."""
    given = {column_of(model, name) for name in cls.model_fields}
    return not any(column not in given and not _filled_in(column) for column in model.table.columns)


def _filled_in(column: Any) -> bool:
    return bool(
        column.nullable
        or column.primary_key
        or column.foreign_keys
        or column.default is not None
        or column.server_default is not None
        or column.computed is not None
        or SECRET.search(column.name)
    )


def _optional(cls: Any) -> bool:
    """Whether nothing of it has to be given, as in a change of some of the fields."""
    return not any(field.is_required() for field in cls.model_fields.values())
