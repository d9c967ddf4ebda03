"""What the models of today say of rows that are already there, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from verification.catalog import Catalog, Column, Table, quote
from verification.finding import Location
from verification.generation.accepting import Refused, accepted
from verification.generation.counting import Counting, Question
from verification.generation.inputs import Input, input_of, table_inputs, table_of
from verification.generation.resting import questions
from verification.generation.schemas import is_table, root_of, schemas_in, stands_for
from verification.project import Model, Models

# Their rules are about the request, not about the row.
PARTIAL = re.compile(r"(Update|Patch|Filters?|Query|Params|Search)$")


@dataclass(frozen=True, slots=True)
class Ruling:
    """One column and everything that is asked of its rows; who says so, and where."""

    table: Table
    column: Column
    questions: tuple[Question, ...]
    owner: str
    field: str
    classes: tuple[Any, ...]  # they must all refuse a value for it to be wrong
    location: Location | None

    def stands(self, counting: Counting, question: Question) -> tuple[str, ...] | None:
        """The keys of some wrong rows; None where Pydantic itself takes what is in them."""
        rows = counting.sample(self.table, question)
        if rows and all(self._takes(value) for _, value in rows):
            return None
        return tuple(key for key, value in rows if key and not self._takes(value))

    def _takes(self, value: Any) -> bool:
        return any(_accepts(cls, self.field, value) for cls in self.classes)


def rulings(models: Models, catalog: Catalog) -> Iterator[Ruling]:
    """For every column that the database has: what its model demands, and what all schemas do."""
    own = {id(given.model): given for given in table_inputs(models)}
    root = root_of(models)
    schemas = [cls for cls in schemas_in(root) if not is_table(cls)]
    for model in models.classes:
        table = table_of(catalog, model)
        only = _of_this_class(model)
        if table is None or table.kind == "foreign" or only is None:
            continue
        if given := own.get(id(model)):
            for ruling in _of(catalog, table, [given]):
                yield _limited(ruling, only)
            continue
        standing = [
            input_of(root, cls, model)
            for cls in schemas
            if not PARTIAL.search(cls.__name__) and stands_for(cls, models) is model
        ]
        for ruling in _of(catalog, table, standing):
            yield _limited(ruling, only)


def _of(catalog: Catalog, table: Table, inputs: list[Input]) -> Iterator[Ruling]:
    """The rules on which all of these classes agree, where they have the field at all."""
    for name in dict.fromkeys(name for given in inputs for name in given.columns):
        several = [given for given in inputs if name in given.columns]
        mapped = several[0].columns[name]
        column = table.column(mapped.name)
        if column is None or _converts(mapped.type):
            continue
        asked = [
            list(questions(g.cls.model_fields[name], g.cls.model_config, catalog, column))
            for g in several
        ]
        common = tuple(q for q in dict.fromkeys(asked[0]) if all(q in other for other in asked))
        if common:
            first = several[0]
            classes = tuple(given.cls for given in several)
            yield Ruling(table, column, common, first.name, name, classes, first.at(name))


def _converts(kind: Any) -> bool:
    """Whether a type of the project's own stores something else than Python has."""
    from sqlalchemy.types import TypeDecorator  # noqa: PLC0415 - 500 ms

    return isinstance(kind, TypeDecorator) and not type(kind).__module__.startswith("sqlmodel.")


def _of_this_class(model: Model) -> str | None:
    """In single-table inheritance only some rows are of a class; None where that cannot be told."""
    mapper: Any = model.mapped.__mapper__  # type: ignore[attr-defined]  # it is mapped
    parent = mapper.inherits
    if parent is None or parent.local_table is not mapper.local_table:
        return ""
    column = mapper.polymorphic_on
    identities = [each.polymorphic_identity for each in mapper.self_and_descendants]
    if column is None or not all(isinstance(each, str) for each in identities):
        return None
    texts = ", ".join("'" + text.replace("'", "''") + "'" for text in identities)
    return f"r.{quote(column.name)}::text IN ({texts})"


def _limited(ruling: Ruling, only: str) -> Ruling:
    if not only:
        return ruling
    asked = tuple(replace(each, wrong=f"{only} AND ({each.wrong})") for each in ruling.questions)
    return replace(ruling, questions=asked)


def _accepts(cls: Any, field: str, value: Any) -> bool:
    try:
        accepted(cls, field, value)
    except Refused:
        return False
    return True


def by_table(rulings: Iterator[Ruling]) -> Mapping[str, list[Ruling]]:
    """All rulings of a table together, for one message."""
    found: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        found.setdefault(ruling.table.qualified, []).append(ruling)
    return found
