"""What a row of a table must fulfil, as expressions that PostgreSQL can judge before an insert."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verification.catalog import Catalog, Column, Constraint, Domain, DomainConstraint, Table, quote
from verification.generation.literals import mentions


@dataclass(frozen=True, slots=True)
class Rule:
    """One expression over some columns; it is broken only where it is false, never where NULL."""

    name: str
    kind: str  # "check", "domain", "helpful" (not demanded, but needed to exercise something)
    expression: str
    columns: tuple[str, ...]  # those that can be written
    subject: str = ""


def rules_of(catalog: Catalog, table: Table) -> tuple[Rule, ...]:
    """Every rule of a table: its checks, its columns' domains, and what its indexes compute."""
    return (*_checks(table), *_domains(catalog, table), *_indexed(table))


def references(table: Table) -> list[Constraint]:
    """The foreign keys of a table."""
    return [each for each in table.constraints if each.kind == "foreign key"]


def writable(table: Table) -> tuple[Column, ...]:
    """The columns that an INSERT may name."""
    return tuple(column for column in table.columns if not column.generated)


def columns_in(table: Table, expression: str) -> tuple[str, ...]:
    """The writable columns that an expression depends on, through generated ones too."""
    named = [column for column in table.columns if mentions(expression, column.name)]
    found: dict[str, None] = {}
    for column in named:
        inner = columns_in(table, column.generated) if column.generated else (column.name,)
        found.update(dict.fromkeys(inner))
    return tuple(found)


def _checks(table: Table) -> Iterator[Rule]:
    for constraint in table.constraints:
        if constraint.kind == "check":
            yield Rule(
                constraint.name,
                "check",
                constraint.expression,
                _written(table, constraint),
                table.subject(constraint),
            )


def _written(table: Table, constraint: Constraint) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in constraint.columns or [column.name for column in table.columns]:
        column = table.column(name)
        generated = column.generated if column else ""
        found.update(dict.fromkeys(columns_in(table, generated) if generated else (name,)))
    return tuple(found)


def _domains(catalog: Catalog, table: Table) -> Iterator[Rule]:
    for column in writable(table):
        for domain, constraint in domain_checks(catalog, column.type):
            inner = check_expression(constraint.definition)
            yield Rule(
                constraint.name,
                "domain",
                f"(SELECT {inner} FROM (SELECT {quote(column.name)} AS value) AS given)",
                (column.name,),
                domain.subject(constraint),
            )


def domain_checks(catalog: Catalog, type_text: str) -> Iterator[tuple[Domain, DomainConstraint]]:
    """The checks of a domain and of every domain under it."""
    while domain := catalog.domain(type_text):
        for constraint in domain.constraints:
            yield domain, constraint
        type_text = domain.type


def check_expression(definition: str) -> str:
    """The expression in `CHECK (...)`."""
    text = definition.removesuffix(" NOT VALID").removesuffix(" NO INHERIT")
    return text.removeprefix("CHECK (").removesuffix(")")


def _indexed(table: Table) -> Iterator[Rule]:
    """A row that serves to try a unique index must be one that the index holds."""
    for index in table.indexes:
        exclusive = index.unique or any(
            each.kind == "exclude" and each.name == index.constraint for each in table.constraints
        )
        for expression in index.expressions:
            columns = columns_in(table, expression)
            if columns:
                text = f"(({expression}) IS NOT NULL)"
                yield Rule(index.name, "helpful", text, columns)
        if exclusive and index.predicate and (columns := columns_in(table, index.predicate)):
            yield Rule(index.name, "helpful", f"({index.predicate}) IS TRUE", columns)
