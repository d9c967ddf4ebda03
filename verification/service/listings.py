"""What lists cost: the statements and the rows of each, with few rows stored and with many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from verification.catalog import Catalog, read
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.generation.planting import Barren, Planting
from verification.service.exchange import LOCKED, PROMPT, REFUSED, Answer
from verification.service.running import Running
from verification.service.starting import Service
from verification.service.strangers import Stranger, strangers
from verification.service.surface import Operation
from verification.service.survey import Survey

FEW, MANY = 2, 12
HUGE = 1_000_000
LIMIT = re.compile(
    r"limit|page_?size|per_?page|size|count|take|first|top|max_?results|pageSize|perPage",
    re.IGNORECASE,
)
TOTAL = re.compile(r"count|total(_?(count|items|results|rows|records))?", re.IGNORECASE)
PAGED = re.compile(
    r"limit|offset|skip|pages?|(page|per)_?(size|page|number)|size|(has_)?next(_page)?"
)
MAIL = re.compile(r"e?_?mail", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """One list, asked for with few and with many rows stored, and with limits of 1 and too many."""

    operation: Operation
    few: Answer
    many: Answer
    one: Answer | None
    huge: Answer | None
    stored: int
    """How many rows all tables have together, while many are asked for."""

    @property
    def grown(self) -> int:
        """How many items more there were."""
        return items(self.many) - items(self.few)

    @property
    def miscounted(self) -> int | None:
        """What it says there are, where that is less than it shows or more than is stored."""
        told, shown = total(self.many), items(self.many)
        if told is None or shown <= told <= max(self.stored, shown):
            return None
        return told if told < shown or _is_page(self.many) else None

    @property
    def extra(self) -> int:
        """How many statements more that took."""
        return len(self.many.statements) - len(self.few.statements)


@dataclass(frozen=True, slots=True)
class Listings:
    """Every list that showed rows; why there is none, where there is none."""

    found: tuple[Listing, ...]
    strangers: tuple[Stranger, ...]
    reason: str
    refused: bool


def total(answer: Answer) -> int | None:
    """How many rows an answer says there are, beside those that it shows."""
    body = answer.json()
    parts = [body, *body.values()] if isinstance(body, dict) else []
    for part in parts:
        for name, value in part.items() if isinstance(part, dict) else ():
            if TOTAL.fullmatch(name) and isinstance(value, int) and not isinstance(value, bool):
                return value
    return None


def _is_page(answer: Answer) -> bool:
    """Whether a total in it counts rows: beside a list, it may as well be the price of them."""
    body = answer.json()
    return isinstance(body, dict) and any(PAGED.fullmatch(name) for name in body)


def items(answer: Answer) -> int:
    """The length of the longest list in an answer, as deep as an envelope goes."""
    return _longest(answer.json(), 2)


def _longest(value: Any, depth: int) -> int:
    if isinstance(value, list):
        return len(value)
    if isinstance(value, dict) and depth:
        return max((_longest(each, depth - 1) for each in value.values()), default=0)
    return 0


def listings(service: Service, survey: Survey) -> Listings:
    """Store a few rows in every table and ask for every list; then again with more of them."""
    asked = [
        each
        for each in survey.operations
        if each.method == "GET"
        and "{" not in each.path
        and not any(p.get("required") for p in each.parameters)
    ]
    with service.fresh() as (running, dsn):
        # What is done once is no cost of a row.
        asked = [each for each in asked if running.ask(each.request(), PROMPT).came]
        planted = plant(dsn, FEW)
        few = [running.ask(operation.request()) for operation in asked]
        stored = plant(dsn, MANY)
        many = [running.ask(operation.request()) for operation in asked]
        found = tuple(
            Listing(
                operation,
                less,
                more,
                _limited(running, operation, 1),
                _limited(running, operation, HUGE),
                stored,
            )
            for operation, less, more in zip(asked, few, many, strict=True)
            if less.succeeded and more.succeeded and items(more) > items(less)
        )
        others = strangers(running, survey.operations, many)
    refused = bool(many) and all(answer.status in REFUSED for answer in many)
    reason = "no list shows the rows that were stored"
    if refused:
        reason = LOCKED
    elif not planted:
        reason = "no row could be stored for a list to show"
    return Listings(found, others, reason, refused)


def _limited(running: Running, operation: Operation, limit: int) -> Answer | None:
    name = operation.has_parameter(LIMIT)
    return running.ask(operation.request(**{name: limit})) if name else None


def plant(dsn: Dsn, count: int) -> int:
    """Store rows until each table has so many, where valid ones can be made; how many there are."""
    with closing(connect(dsn)) as connection:
        catalog = read(connection)
        connection.autocommit = False
        with connection.cursor() as cursor:
            planting = Planting(catalog, cursor)
            total = 0
            for table in catalog.tables:
                if table.name == "alembic_version" or table.partition_bound:
                    continue
                cursor.execute(f"SELECT count(*) FROM {_quoted(table.schema, table.name)}")
                ((stored,),) = cursor.fetchall()
                total += stored
                for number in range(stored, count):
                    with suppress(Barren):
                        planting.row(table, number)
                        total += 1
            _make_plausible(catalog, cursor)
        connection.commit()
    return total


def _make_plausible(catalog: Catalog, cursor: Any) -> None:
    """What is called an address should look like one, or a response model refuses it."""
    for schema, table, column in _addresses(catalog):
        cursor.execute("SAVEPOINT plausible")
        try:
            cursor.execute(
                f"UPDATE {_quoted(schema, table)} SET {_quoted(column)} ="
                f" 'u' || abs(hashtext(ctid::text)) || '@example.org'"
                f" WHERE {_quoted(column)} NOT LIKE '%@example.org'"
            )
        except Exception:  # noqa: BLE001 - a rule that wants something else keeps what there is
            cursor.execute("ROLLBACK TO SAVEPOINT plausible")
        cursor.execute("RELEASE SAVEPOINT plausible")


def _addresses(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    for table in catalog.tables:
        for column in table.columns:
            if MAIL.search(column.name) and re.match(r"character|text|citext", column.type):
                yield table.schema, table.name, column.name


def _quoted(*names: str) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
