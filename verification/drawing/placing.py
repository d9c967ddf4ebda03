"""Tables and lines with their coordinates, in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verification.drawing.choosing import Chosen, Mark
from verification.drawing.layering import Place, layered
from verification.drawing.routing import Net, nets, tracks
from verification.drawing.telling import HEAD, LETTERS, LINE, Told, cut, names_of, told
from verification.picture import Box

WIDTH, FOOT = 190, 6
GAP, LANE, CHANNEL, TRACK = 18, 7, 26, 7


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawn table."""

    box: Box
    name: str
    x: float
    y: float
    height: float
    rows: tuple[Told, ...]
    more: int  # columns that are not shown
    marks: tuple[Mark, ...]

    @property
    def worst(self) -> Mark | None:
        """Its worst finding."""
        return max(self.marks, key=lambda mark: mark.severity.rank, default=None)


@dataclass(frozen=True, slots=True)
class Line:
    """All lines to one table as the path of an SVG, and the tip of its arrow."""

    to: str
    path: str
    tip: tuple[float, float]
    tone: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture and its size."""

    width: float = 0
    height: float = 0
    tables: tuple[Placed, ...] = ()
    lines: tuple[Line, ...] = ()


def draw(chosen: Chosen, columns: int) -> Drawing:
    """The chosen tables in at most so many columns."""
    if not chosen.boxes:
        return Drawing()
    places = layered(chosen.boxes, columns)
    used = 1 + max(column for _, column in places.values())
    found = nets(chosen.boxes, places, used)
    left, lanes, width = _across(found, used)
    ports = _ports(found, places, left)
    spans = _spans(found, places, ports, lanes)
    names = names_of(chosen.boxes)
    shown = {box.name: told(box, chosen.marks.get(box.name, ()), names) for box in chosen.boxes}
    tall = {
        name: HEAD + len(rows) * LINE + (LINE if more else 0) + FOOT
        for name, (rows, more) in shown.items()
    }
    top, channel, height = _down(places, tall, tracks(found, spans))
    tables = []
    for box in chosen.boxes:
        row, column = places[box.name]
        rows, more = shown[box.name]
        marks = chosen.marks.get(box.name, ())
        name = cut(names[box.name], LETTERS - 4 if marks else LETTERS)
        x, y = left[column], top[row]
        tables.append(Placed(box, name, x, y, tall[box.name], rows, more, marks))
    bottoms = {each.box.name: each.y + each.height for each in tables}
    return Drawing(
        width,
        height,
        tuple(tables),
        tuple(
            _line(net, number % 5, places, ports, lanes, channel, top, bottoms[net.to])
            for number, net in enumerate(found)
        ),
    )


def _across(
    found: Sequence[Net], used: int
) -> tuple[Mapping[int, float], Mapping[str, float], float]:
    """The left edge of every column, the place of every lane, and the width of all."""
    left: dict[int, float] = {}
    lanes: dict[str, float] = {}
    x = 2.0
    for gap in range(used + 1):
        here = [net for net in found if net.gap == gap]
        outer = gap in {0, used}
        lanes |= {
            net.to: x + (GAP / 2 if not outer or gap else 4) + net.lane * LANE for net in here
        }
        count = 1 + max((net.lane for net in here), default=-1)
        x += (count * LANE + GAP / 2 if count else 0) if outer else GAP + count * LANE
        if gap < used:
            left[gap] = x
            x += WIDTH
    return left, lanes, x + 2


def _ports(
    found: Sequence[Net], places: Mapping[str, Place], left: Mapping[int, float]
) -> Mapping[tuple[str, str], float]:
    """Where each net enters its table (right half) and leaves the others (left half)."""
    ports: dict[tuple[str, str], float] = {}
    leaving: dict[str, list[str]] = {}
    for net in found:
        ports[net.to, net.to] = left[places[net.to][1]] + WIDTH * 0.75
        for name in net.sources:
            leaving.setdefault(name, []).append(net.to)
    for name, tables in leaving.items():
        step = (WIDTH / 2 - 16) / len(tables)
        for number, to in enumerate(sorted(tables, key=lambda each: places[each][1])):
            ports[to, name] = left[places[name][1]] + 12 + step * (number + 0.5)
    return ports


def _spans(
    found: Sequence[Net],
    places: Mapping[str, Place],
    ports: Mapping[tuple[str, str], float],
    lanes: Mapping[str, float],
) -> Mapping[tuple[str, int], list[float]]:
    """The points that each net has to join in each channel."""
    spans: dict[tuple[str, int], list[float]] = {}
    for net in found:
        spans[net.to, places[net.to][0] + 1] = [ports[net.to, net.to]]
        for name in net.sources:
            spans.setdefault((net.to, places[name][0]), []).append(ports[net.to, name])
        if net.to in lanes:
            for channel in {places[net.to][0] + 1, *(places[name][0] for name in net.sources)}:
                spans[net.to, channel].append(lanes[net.to])
    return spans


def _down(
    places: Mapping[str, Place], tall: Mapping[str, float], counts: Mapping[int, int]
) -> tuple[Mapping[int, float], Mapping[int, float], float]:
    """The top of every row, the first track of every channel, and the height of all."""
    top: dict[int, float] = {}
    channel: dict[int, float] = {}
    y = 2.0
    last = max(row for row, _ in places.values())
    for row in range(last + 2):
        count = counts.get(row, 0)
        channel[row] = y + (CHANNEL * 0.55 if row > 0 else 6)
        outer = row in {0, last + 1}
        y += (count * TRACK + 14 if count else 0) if outer else CHANNEL + max(count - 1, 0) * TRACK
        if row <= last:
            top[row] = y
            y += max(tall[name] for name, (where, _) in places.items() if where == row)
    return top, channel, y + 2


def _line(
    net: Net,
    tone: int,
    places: Mapping[str, Place],
    ports: Mapping[tuple[str, str], float],
    lanes: Mapping[str, float],
    channel: Mapping[int, float],
    top: Mapping[int, float],
    bottom: float,
) -> Line:
    home = places[net.to][0] + 1

    def level(row: int) -> float:
        return channel[row] + net.tracks[row] * TRACK

    enter = ports[net.to, net.to]
    parts = [f"M{enter:g} {bottom + 6:g}V{level(home):g}"]
    joined: dict[int, list[float]] = {home: [enter]}
    for name in net.sources:
        row = places[name][0]
        x = ports[net.to, name]
        parts.append(f"M{x:g} {top[row]:g}V{level(row):g}")
        joined.setdefault(row, []).append(x)
    if net.to in lanes:
        x = lanes[net.to]
        levels = [level(row) for row in joined]
        parts.append(f"M{x:g} {min(levels):g}V{max(levels):g}")
        for points in joined.values():
            points.append(x)
    parts += [
        f"M{min(points):g} {level(row):g}H{max(points):g}"
        for row, points in joined.items()
        if max(points) > min(points)
    ]
    return Line(net.to, "".join(parts), (enter, bottom), tone)
