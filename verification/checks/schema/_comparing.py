"""Which part of two catalogs is compared, and what sets them apart without anybody being wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verification.catalog import Catalog, Difference, difference
from verification.catalog.choosing import chosen
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
