"""Where each table stands in a grid: what is referred to above what refers to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from verification.picture import Box

Place = tuple[int, int]  # row and column


def layered(boxes: Sequence[Box], columns: int) -> Mapping[str, Place]:
    """A place for every table in a grid of so many columns."""
    parents = {
        box.name: [
            name
            for name in dict.fromkeys(link.table for link in box.links)
            if name != box.name and any(name == each.name for each in boxes)
        ]
        for box in boxes
    }
    linked = {name for name, above in parents.items() if above}
    linked |= {name for above in parents.values() for name in above}
    ranks = _ranks(parents)
    layers = [
        [name for name in sorted(linked) if ranks[name] == rank]
        for rank in sorted({ranks[name] for name in linked})
    ]
    places: dict[str, Place] = {}
    row = 0
    for layer in [*layers, sorted(parents.keys() - linked)]:
        for part in _rows(layer, parents, places, columns):
            places |= {name: (row, column) for name, column in part.items()}
            row += 1
    used = sorted({column for _, column in places.values()})
    return {name: (row, used.index(column)) for name, (row, column) in places.items()}


def _ranks(parents: Mapping[str, Sequence[str]]) -> Mapping[str, int]:
    """The longest way up from each; a reference that closes a circle is not counted."""
    ranks: dict[str, int] = {}
    path: set[str] = set()

    def rank(name: str) -> int:
        if name not in ranks:
            path.add(name)
            above = [rank(parent) for parent in parents[name] if parent not in path]
            path.discard(name)
            ranks[name] = 1 + max(above, default=-1)
        return ranks[name]

    for name in sorted(parents):
        rank(name)
    return ranks


def _rows(
    layer: Sequence[str],
    parents: Mapping[str, Sequence[str]],
    places: Mapping[str, Place],
    columns: int,
) -> Iterator[Mapping[str, int]]:
    """The layer in rows, each table as near below its parents as there is room."""
    middle = (columns - 1) / 2
    wish = {}
    for name in layer:
        above = [places[parent][1] for parent in parents[name] if parent in places]
        wish[name] = sum(above) / len(above) if above else middle
    ordered = sorted(layer, key=lambda name: (wish[name], name))
    count = -(-len(ordered) // columns)
    # Row by row, each a cut through the whole width, rather than all that wish for the left first.
    for number in range(count):
        row = ordered[number::count]
        best = min(
            combinations(range(columns), len(row)),
            key=lambda taken: sum(
                abs(column - wish[name]) for name, column in zip(row, taken, strict=True)
            ),
        )
        yield dict(zip(row, best, strict=True))
