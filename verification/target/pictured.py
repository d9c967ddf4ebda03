"""What a report draws, made of what a run has learnt; nothing is learnt for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from verification.catalog import Catalog, Table
from verification.picture import Box, Held, Link, Picture, Row, Score
from verification.proving import scoring
from verification.redact import redact
from verification.revisions import Direction, Statement, Step, Walk

Place = tuple[str, tuple[str, ...]]  # a table, and the columns that something is about
Known = Callable[[str], Any]  # the fact of this name, None where it was not learnt


def pictured(known: Known, secrets: Collection[str]) -> Picture:
    """The tables of every catalog there is, the steps of the connection, the locks, the score."""
    deployed, template, declared = known("deployed"), known("template"), known("declared")
    catalogs = [each for each in (deployed, template and template.catalog, declared) if each]
    answer, walk = known("answer"), known("walk")
    return Picture(
        tables=tuple(_boxes(catalogs, deployed)),
        places=dict(_places(catalogs, known("models"))),
        steps=tuple((step.name, step.seconds) for step in answer.steps) if answer else (),
        revisions=tuple((step.revision, step.seconds) for step in _watched(walk)),
        held=tuple(
            replace(held, statement=redact(held.statement, secrets))
            for step in _watched(walk)
            for held in _locks(step)
        ),
        score=_score(template, known("environment")),
    )


def _boxes(catalogs: Sequence[Catalog], deployed: Catalog | None) -> Iterator[Box]:
    tables: dict[str, list[Table]] = {}
    for catalog in catalogs:
        for table in catalog.tables:
            tables.setdefault(table.qualified, []).append(table)
    for name, versions in sorted(tables.items()):
        first = versions[0]
        if [column.name for column in first.columns] == ["version_num"]:
            continue  # Alembic's own
        keys = first.primary_key.columns if first.primary_key else ()
        rows: dict[str, Row] = {}
        for table in versions:
            for column in table.columns:
                absent = deployed is not None and table is not first
                key = column.name in keys
                rows.setdefault(column.name, Row(column.name, column.type, key, absent))
        absent = deployed is not None and deployed.table(name) is None
        links = tuple(dict.fromkeys(link for table in versions for link in _links(table)))
        yield Box(name, tuple(rows.values()), links, absent, bool(first.partition_bound))


def _links(table: Table) -> Iterator[Link]:
    for constraint in table.constraints:
        if constraint.kind == "foreign key":
            yield Link(constraint.references, constraint.columns)
    yield from (Link(parent) for parent in table.inherits)


def _places(catalogs: Sequence[Catalog], models: Any) -> Iterator[tuple[str, Place]]:
    if models:
        yield from ((model.name, (model.table_name, ())) for model in models.classes)
    for catalog in reversed(catalogs):
        for table in catalog.tables:
            yield from _parts(table)
        for sequence in catalog.sequences:
            if sequence.owned_by:
                yield sequence.qualified, (sequence.owned_by.rpartition(".")[0], ())


def _parts(table: Table) -> Iterator[tuple[str, Place]]:
    name = table.qualified
    yield name, (name, ())
    for trigger in table.triggers:
        yield table.subject(trigger), (name, ())
    for policy in table.policies:
        yield table.subject(policy), (name, ())
    for constraint in table.constraints:
        yield table.subject(constraint), (name, constraint.columns)
    for index in table.indexes:
        yield table.subject(index), (name, tuple(filter(None, index.columns)))
    for column in table.columns:
        yield table.subject(column), (name, (column.name,))


def _watched(walk: Walk | None) -> list[Step]:
    return [
        step
        for step in (walk.steps if walk else ())
        if step.direction is Direction.UP and step.revision in (walk.watched if walk else ())
    ]


def _locks(step: Step) -> Iterator[Held]:
    """Every lock that somebody waits for, from the statement that took it to the one that ended it.

    A lock is held to the end of its transaction: as long as each further statement begins with it.
    """
    begin = 0.0
    for number, statement in enumerate(step.statements):
        for lock in statement.locks:
            if lock.blocks and lock not in statement.before:
                later = takewhile(_begins_with(lock), step.statements[number + 1 :])
                seconds = statement.seconds + sum(each.seconds for each in later)
                yield Held(
                    step.revision,
                    statement.location,
                    statement.short,
                    lock.mode,
                    lock.table,
                    lock.blocks,
                    begin,
                    seconds,
                )
        begin += statement.seconds


def _begins_with(lock: object) -> Callable[[Statement], bool]:
    return lambda statement: lock in statement.before


def _score(template: Any, environment: Mapping[str, str] | None) -> Score | None:
    return scoring.find(template.catalog, environment or {}) if template else None
