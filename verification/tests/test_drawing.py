import random
import re
from collections.abc import Iterator

import pytest

from verification.drawing import Chosen, Drawing, choose, draw, flowchart
from verification.drawing.routing import fitted
from verification.finding import Finding, Severity
from verification.picture import Box, Link, Picture, Row
from verification.tests.samples import finds

Segment = tuple[float, float, float, float]


def box(name: str, *links: str, columns: int = 3) -> Box:
    rows = tuple(Row(f"c{number}", "text", key=number == 0) for number in range(columns))
    return Box(f"public.{name}", rows, tuple(Link(f"public.{to}", ("c1",)) for to in links))


def schema(number: int) -> tuple[Box, ...]:
    """A schema with hubs, chains, circles, self-references and tables that nothing refers to."""
    chance = random.Random(number)  # noqa: S311 - the same schema each time
    names = [f"t{each}" for each in range(number)]
    return tuple(
        box(name, *chance.sample(names, min(number, chance.choice([0, 1, 1, 2, 4]))), columns=at)
        for at, name in enumerate(names, 1)
    )


def segments(path: str) -> Iterator[Segment]:
    for x, y, way, to in re.findall(r"M(\S+) (\S+?)([HV])([^M]+)", path):
        right, down = (to, y) if way == "H" else (x, to)
        yield float(x), float(y), float(right), float(down)


SIZES = [(number, columns) for number in (1, 2, 5, 12, 24) for columns in (1, 4)]


@pytest.mark.parametrize(("number", "columns"), SIZES)
def test_tables_lie_beside_each_other_and_no_line_runs_behind_one(
    number: int, columns: int
) -> None:
    drawn = draw(Chosen(schema(number)), columns)
    assert len(drawn.tables) == number
    boxes = [(each.x, each.y, each.x + 190, each.y + each.height) for each in drawn.tables]
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= drawn.width
        assert 0 <= top < bottom <= drawn.height
    for at, one in enumerate(boxes):
        assert not any(overlap(one, other) for other in boxes[at + 1 :])
    for line in drawn.lines:
        for x, y, right, down in segments(line.path):
            shown = (min(x, right), min(y, down), max(x, right), max(y, down))
            assert min(shown) >= 0
            assert shown[2] <= drawn.width
            assert shown[3] <= drawn.height
            assert not any(overlap(shown, each) for each in boxes)


def overlap(one: Segment, other: Segment) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize(("number", "columns"), SIZES)
def test_lines_to_different_tables_never_share_a_way(number: int, columns: int) -> None:
    drawn = draw(Chosen(schema(number)), columns)
    ways = [(line.to, each) for line in drawn.lines for each in segments(line.path)]
    for to, one in ways:
        for other_to, other in ways:
            if to != other_to:
                assert not along(one, other), (to, other_to)


def along(one: Segment, other: Segment) -> bool:
    """Whether two parallel segments cover each other."""
    for a, b in ((0, 1), (1, 0)):
        if one[a] == one[a + 2] == other[a] == other[a + 2]:
            first, second = sorted((one[b], one[b + 2])), sorted((other[b], other[b + 2]))
            return first[0] < second[1] and second[0] < first[1]
    return False


@pytest.mark.parametrize("columns", [1, 4])
def test_every_reference_reaches_its_table(columns: int) -> None:
    boxes = schema(24)
    drawn = draw(Chosen(boxes), columns)
    placed = {each.box.name: each for each in drawn.tables}
    for line in drawn.lines:
        target = placed[line.to]
        assert target.x < line.tip[0] < target.x + 190
        assert line.tip[1] == target.y + target.height
        sources = [each.name for each in boxes if any(link.table == line.to for link in each.links)]
        starts = {(x, y) for x, y, *_ in segments(line.path)}
        for name in set(sources) - {line.to}:
            source = placed[name]
            assert any(source.x < x < source.x + 190 and y == source.y for x, y in starts)


def test_what_is_referred_to_stands_above() -> None:
    drawn = draw(Chosen((box("a"), box("b", "a"), box("c", "b", "a"))), 4)
    tops = [each.y for each in drawn.tables]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3


def test_nothing_chosen_is_nothing_drawn() -> None:
    assert draw(Chosen(), 4) == Drawing()


FOUND = (
    (finds(), Finding("public.t5.c1", "lost")),
    (finds(severity=Severity.ERROR), Finding("public.t5_idx", "lost")),
    (finds(), Finding("3a4b public.t7", "locked")),
    (finds(), Finding("public.t8.gone_constraint", "gone")),
    (finds(), Finding("DATABASE_URL", "not set")),
)
PLACES = {"public.t5.c1": ("public.t5", ("c1",)), "public.t5_idx": ("public.t5", ("c2",))}


def test_a_finding_marks_the_table_and_the_columns_it_is_about() -> None:
    chosen = choose(Picture(schema(10), PLACES), FOUND, 24)
    assert {name: [mark.number for mark in marks] for name, marks in chosen.marks.items()} == {
        "public.t5": [1, 2],
        "public.t7": [3],
        "public.t8": [4],
    }
    table = next(each for each in draw(chosen, 4).tables if each.name == "t5")
    assert table.worst
    assert table.worst.severity is Severity.ERROR
    assert [(row.name, row.mark.number) for row in table.rows if row.mark] == [("c1", 1), ("c2", 2)]


def test_of_many_tables_those_with_findings_and_their_neighbours_are_drawn() -> None:
    boxes = schema(150)
    chosen = choose(Picture(boxes, PLACES), FOUND, 24)
    drawn = {each.name for each in chosen.boxes}
    assert {"public.t5", "public.t7", "public.t8"} <= drawn
    linked = {link.table for each in boxes if each.name in chosen.marks for link in each.links}
    assert linked <= drawn
    assert len(drawn) <= 24
    assert len(chosen.boxes) + len(chosen.listed) == 150


def test_of_too_many_marked_tables_the_worst_are_drawn() -> None:
    boxes = schema(40)
    found = [
        (finds(severity=Severity.ERROR if at == 39 else Severity.NOTE), Finding(each.name, "x"))
        for at, each in enumerate(boxes)
    ]
    chosen = choose(Picture(boxes), found, 5)
    assert "public.t39" in {each.name for each in chosen.boxes}
    assert len(chosen.boxes) == 5
    assert all(each.name in chosen.marks for each in chosen.listed)


def test_a_name_with_spaces_and_dots_is_one_name() -> None:
    odd = Box('public."a b.c"', (Row("x", "text"),))
    found = [(finds(), Finding('1f public."a b.c"', "locked"))]
    chosen = choose(Picture((odd, box("b"))), found, 24)
    assert list(chosen.marks) == [odd.name]


@pytest.mark.parametrize("hostile", ['"]\n```\n', "<img src=x>", "#35;", "end", "%%{init}%%"])
def test_in_mermaid_a_hostile_name_is_a_label(hostile: str) -> None:
    name = f"public.{hostile}"
    chosen = choose(Picture((Box(name), box("b"))), [(finds(), Finding(name, "x"))], 24)
    lines = list(flowchart(chosen))
    assert lines[0] == "flowchart BT"
    (told,) = [line for line in lines if ":::warning" in line]
    assert re.fullmatch(r'  t\d+\["[\w #;.,⚠️]+"\]:::warning', told)


@pytest.mark.parametrize(("number", "columns"), SIZES)
def test_all_of_a_line_hangs_together(number: int, columns: int) -> None:
    for line in draw(Chosen(schema(number)), columns).lines:
        left = list(segments(line.path))
        reached = [left.pop()]
        while met := [each for each in left if any(touch(each, other) for other in reached)]:
            left = [each for each in left if each not in met]
            reached += met
        assert not left


def touch(one: Segment, other: Segment) -> bool:
    """Whether two segments have a point in common."""
    return all(
        min(one[at], one[at + 2]) <= max(other[at], other[at + 2])
        and min(other[at], other[at + 2]) <= max(one[at], one[at + 2])
        for at in (0, 1)
    )


def test_a_circle_hangs_together_too() -> None:
    boxes = (box("a", "b"), box("b", "c"), box("c", "a"), box("d", "a"))
    for columns in (1, 4):
        for line in draw(Chosen(boxes), columns).lines:
            first, *rest = segments(line.path)
            reached = [first]
            for _ in rest:
                reached += [each for each in rest if any(touch(each, other) for other in reached)]
            assert set(reached) == {first, *rest}


def test_what_does_not_touch_shares_a_track() -> None:
    lines: list[list[tuple[float, float]]] = []
    spans = [(5, 6), (0, 1), (8, 9), (0.5, 5.5), (6, 7)]
    assert [fitted(lines, span) for span in spans] == [0, 0, 0, 1, 1]


def test_what_is_not_drawn_is_not_marked() -> None:
    places = {"public.alembic_version.v": ("public.alembic_version", ("v",))}
    found = [(finds(), Finding("public.alembic_version.v", "odd"))]
    assert choose(Picture((box("a"),), places), found, 24).marks == {}
