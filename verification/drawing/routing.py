"""How lines run between the rows of a grid: through channels and lanes, never behind a table.

All lines to one table are one net, which enters it from below; channel n lies above row n.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from verification.drawing.layering import Place
from verification.picture import Box

Span = tuple[float, float]


@dataclass(slots=True)
class Net:
    """The lines to one table: from which others, and the lane that leads to those far away."""

    to: str
    sources: tuple[str, ...]
    gap: int | None = None  # gap n lies left of column n
    lane: int = 0
    tracks: dict[int, int] = field(default_factory=dict)  # channel -> track in it


def nets(boxes: Sequence[Box], places: Mapping[str, Place], columns: int) -> list[Net]:
    """Every net, those that need a lane with the gap and the lane that are theirs."""
    sources: dict[str, list[str]] = {}
    for box in boxes:
        for table in dict.fromkeys(link.table for link in box.links):
            if table != box.name and table in places:
                sources.setdefault(table, []).append(box.name)
    found = [Net(to, tuple(names)) for to, names in sorted(sources.items())]
    taken: dict[int, list[list[Span]]] = {gap: [] for gap in range(columns + 1)}
    for net in found:
        home = places[net.to][0] + 1
        far = [places[name] for name in net.sources if places[name][0] != home]
        if far:
            channels = [home, *(row for row, _ in far)]
            wish = sum(column for _, column in (*far, places[net.to])) / (len(far) + 1) + 0.5
            net.gap = min(taken, key=lambda gap: (abs(gap - wish) + len(taken[gap]), gap))
            net.lane = fitted(taken[net.gap], (min(channels) - 0.4, max(channels) + 0.4))
    return found


def fitted(lines: list[list[Span]], span: Span) -> int:
    """The first line on which this span touches no other; a new one where there is none."""
    for number, line in enumerate(lines):
        if all(span[1] < low or high < span[0] for low, high in line):
            line.append(span)
            return number
    lines.append([span])
    return len(lines) - 1


def tracks(
    found: Sequence[Net], spans: Mapping[tuple[str, int], Sequence[float]]
) -> Mapping[int, int]:
    """Give each net its track in every channel it runs through; how many a channel has."""
    channels: dict[int, list[list[Span]]] = {}
    for (name, channel), points in sorted(spans.items(), key=lambda each: _length(each[1])):
        net = next(each for each in found if each.to == name)
        lines = channels.setdefault(channel, [])
        net.tracks[channel] = fitted(lines, (min(points) - 3, max(points) + 3))
    return {channel: len(lines) for channel, lines in channels.items()}


def _length(points: Iterable[float]) -> float:
    known = list(points)
    return max(known) - min(known)
