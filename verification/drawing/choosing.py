"""Which tables are worth drawing: those with findings, then what they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from verification.check import Check
from verification.finding import Finding, Severity
from verification.picture import Box, Picture


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding that is about a table: its number in the report, and the columns it is about."""

    number: int
    severity: Severity
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tables to draw, the marks of all, and the tables that are only listed."""

    boxes: tuple[Box, ...] = ()
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    listed: tuple[Box, ...] = ()


def choose(picture: Picture, findings: Sequence[tuple[Check, Finding]], most: int) -> Chosen:
    """At most so many tables: the worst first, then their neighbours; all, where all fit."""
    marks = _marks(picture, findings)
    whole = [box for box in picture.tables if not box.partition]
    concerned = sorted(
        (box for box in picture.tables if box.name in marks),
        key=lambda box: (-_worst(marks[box.name]), -len(marks[box.name]), box.name),
    )
    if len(whole) <= most:
        wanted = [*concerned, *whole]
    else:
        wanted = [*concerned, *_neighbours(whole, concerned)]
    drawn = {box.name: box for box in wanted}
    boxes = tuple(list(drawn.values())[:most])
    shown = {box.name for box in boxes}
    rest = [box for box in picture.tables if box.name not in shown]
    rest.sort(key=lambda box: (box.name not in marks, box.name))
    return Chosen(tuple(sorted(boxes, key=lambda box: box.name)), marks, tuple(rest))


def _marks(
    picture: Picture, findings: Sequence[tuple[Check, Finding]]
) -> Mapping[str, tuple[Mark, ...]]:
    known = {box.name for box in picture.tables}
    found: dict[str, list[Mark]] = {}
    for number, (check, finding) in enumerate(findings, 1):
        for table, columns in _concerned(picture, known, finding.subject):
            found.setdefault(table, []).append(Mark(number, check.severity, columns))
    return {table: tuple(marks) for table, marks in found.items()}


def _concerned(
    picture: Picture, known: set[str], subject: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The tables that a subject names: `public.hero.name`, `public.hero_idx`, `1a2b public.hero`.

    A name with a space in it is in double quotes, so it is no two words.
    """
    words = [subject, *re.findall(r'(?:"(?:[^"]|"")*"|[^\s"])+', subject)]
    told = set()
    for word in words:
        place = picture.places.get(word) or _prefix(word, known)
        if place and place[0] in known and place[0] not in told:
            told.add(place[0])
            yield place


def _prefix(word: str, known: set[str]) -> tuple[str, tuple[str, ...]] | None:
    """The table that this is or is a part of, such as a constraint that is gone everywhere."""
    if word in known:
        return word, ()
    for dot in reversed([at for at, letter in enumerate(word) if letter == "."]):
        if word[:dot] in known:
            return word[:dot], ()
    return None


def _neighbours(whole: Sequence[Box], concerned: Sequence[Box]) -> list[Box]:
    """What is linked with a concerned table, in either direction, most often linked first."""
    core = {box.name for box in concerned}
    met = {
        box.name: len({link.table for link in box.links} & core)
        + sum(link.table == box.name for each in concerned for link in each.links)
        for box in whole
    }
    found = [box for box in whole if met[box.name] and box.name not in core]
    return sorted(found, key=lambda box: (-met[box.name], box.name))


def _worst(marks: Sequence[Mark]) -> int:
    return max(mark.severity.rank for mark in marks)
