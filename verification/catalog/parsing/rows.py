"""A section of the document, which comes column by column, as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Section = Sequence[Sequence[Any] | None]
Sections = Mapping[str, Section]


def rows(section: Section) -> Iterator[tuple[Any, ...]]:
    """The rows; a column without any is null."""
    return zip(*(column or () for column in section), strict=True)


def grouped(parts: Iterator[tuple[int, Any]]) -> Mapping[int, list[Any]]:
    """The parts of each relation, in the order in which they came."""
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for relation, part in parts:
        groups[relation].append(part)
    return groups
