"""Where in the models a part of the database is written."""

from __future__ import annotations

import inspect
import re

from verification.catalog import Table
from verification.finding import Location
from verification.generation.rules import columns_in
from verification.project import Model, Models


def place(models: Models, table: Table, name: str = "") -> Location | None:
    """The line that names a constraint, an index or a column of a table; at least its class."""
    model = models.of(table.qualified)
    if model is None or model.location is None:
        return None
    found = _line(model, name)
    if found is not None:
        return Location(model.location.file, found)
    columns = _columns(table, name)
    return next((model.at(each) for each in columns if each in model.lines), model.location)


def _line(model: Model, name: str) -> int | None:
    """Where the name stands as a text in the source of the class."""
    try:
        source, start = inspect.getsourcelines(model.mapped)
    except (TypeError, OSError):
        return None
    wanted = re.compile(rf"[\"']{re.escape(name)}[\"']") if name else None
    numbers = (n for n, text in enumerate(source, start) if wanted and wanted.search(text))
    return next(numbers, None)


def _columns(table: Table, name: str) -> tuple[str, ...]:
    """The columns that something of this name is about."""
    if table.column(name):
        return (name,)
    constraint = next((each for each in table.constraints if each.name == name), None)
    if constraint is not None:
        return constraint.columns
    index = next((each for each in table.indexes if each.name == name), None)
    words = (*index.columns, *index.expressions) if index else ()
    return tuple(column for text in words if text for column in columns_in(table, text))
