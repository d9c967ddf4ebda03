"""Which part of two catalogs is compared, and what sets them apart without anybody being wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from verification.catalog import Catalog, Difference, difference
from verification.catalog.comparing.models import is_version_table
from verification.checks.schema._grants import governed
from verification.checks.schema._unnamed import aligned
from verification.config import Config
from verification.project.remembering import recalled

# What Sequence() and Identity() can say of a sequence that both sides have.
COUNTING = {"sequence": {"start", "increment", "min", "max", "cycle"}}


def compared(
    expected: Catalog, actual: Catalog, config: Config, *, models: bool = False
) -> tuple[Difference, ...]:
    """The differences in the schemas that the project names, without what it leaves out."""
    options = (f"models={models}", *config.schemas, "", *config.leave_out)
    return recalled(
        expected, actual, options, lambda: _compared(expected, actual, config, models=models)
    )


def _compared(
    expected: Catalog, actual: Catalog, config: Config, *, models: bool
) -> tuple[Difference, ...]:
    if not models:
        actual = governed(expected, actual)
    ignore = [*_aspects(config.leave_out), *bookkeeping(expected), *bookkeeping(actual)]
    ours, theirs = (chosen(each, config.schemas) for each in (expected, actual))
    if models:
        theirs = aligned(ours, theirs)
        counted = difference(
            Catalog(sequences=ours.sequences),
            Catalog(sequences=theirs.sequences),
            ignore=ignore,
            aspects=COUNTING,
        )
        return difference(ours, theirs, ignore=ignore, models=True) + _chosen_by_hand(
            counted, ours, theirs
        )
    return difference(ours, theirs, ignore=ignore)


def _chosen_by_hand(
    found: Iterable[Difference], ours: Catalog, theirs: Catalog
) -> tuple[Difference, ...]:
    """How a sequence counts, where its bounds do not merely follow from its type."""
    same = {each.qualified: each.type for each in ours.sequences}.items() & {
        each.qualified: each.type for each in theirs.sequences
    }.items()
    return tuple(
        each
        for each in found
        if each.aspect not in {"min", "max"} or each.subject in {name for name, _ in same}
    )


def chosen(catalog: Catalog, schemas: tuple[str, ...]) -> Catalog:
    """The catalog without what lies in other schemas; all of it where none is named."""
    if not schemas:
        return catalog
    kept: dict[str, Any] = {}
    for group in (field.name for field in fields(Catalog) if field.compare):
        things: Iterable[Any] = getattr(catalog, group)
        kept[group] = tuple(thing for thing in things if _lies_in(thing, schemas))
    return replace(catalog, **kept)


def _lies_in(thing: Any, schemas: tuple[str, ...]) -> bool:
    if thing.KIND == "schema":
        return thing.name in schemas
    # An extension serves the whole database, wherever its objects are.
    place = "" if thing.KIND == "extension" else getattr(thing, "schema", "")
    return not place or place in schemas


def _aspects(written: Iterable[str]) -> Iterator[str]:
    """As a person may write them: `comments` for `comment`, `column-order` for `column_order`."""
    for name in written:
        word = name.replace("-", "_") if "." not in name else name
        yield word
        if word in {"grants", "grant"}:
            yield "privileges"
        elif word.endswith("ies"):
            yield f"{word[:-3]}y"
        else:
            yield word.removesuffix("s")
            yield word.removesuffix("es")


def bookkeeping(catalog: Catalog) -> list[str]:
    """The tables in which Alembic keeps its versions, whatever they are called."""
    return [table.qualified for table in catalog.tables if is_version_table(table)]
