"""Count rows at rest that are wrong, in the database, and name some of them by their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from verification.catalog import Table, qualify, quote
from verification.databases.reader import Reader
from verification.finding import Unknown

SAMPLE = 3
LONGEST_KEY = 40
# Too slow, locked, forbidden: asking again for less changes nothing.
FINAL = frozenset({"57014", "55P03", "42501"})
# A pattern, a function or an operator that this server has not: the rule is none for SQL.
INEXPRESSIBLE = frozenset({"2201B", "42883", "42704", "22025", "0A000"})


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows of a table are wrong, in SQL over the row `r`, and how Python says the rule."""

    said: str
    wrong: str
    column: str = ""


@dataclass(slots=True)
class Counting:
    """Asks one database; what it could not learn is kept by name."""

    connection: Reader
    unknown: list[str] = field(default_factory=list)

    def wrong(self, table: Table, questions: Sequence[Question]) -> Mapping[Question, int]:
        """How many rows are wrong, for each question with any: one message for a table."""
        import psycopg2  # noqa: PLC0415 - 30 ms, only if used

        if not questions:
            return {}
        counts = ", ".join(f"count(*) FILTER (WHERE {each.wrong})" for each in questions)
        try:
            ((*found,),) = self._rows(
                f"SELECT {counts} FROM {qualify(table.schema, table.name)} AS r"
            )
        except psycopg2.Error as error:
            if len(questions) == 1 or error.pgcode in FINAL or error.pgcode is None:
                what = ", ".join(each.said for each in questions)
                self._unknown(f"{table.qualified} ({what})", error)
                return {}
            alone: dict[Question, int] = {}
            for question in questions:  # one of them cannot be asked; the others can
                alone |= self.wrong(table, [question])
            return alone
        return {question: n for question, n in zip(questions, found, strict=True) if n}

    def asked(self, sql: str, what: str) -> list[tuple[Any, ...]]:
        """The rows of an answer; none where there is no answer, which is then unknown by name."""
        import psycopg2  # noqa: PLC0415 - 30 ms, only if used

        try:
            return self._rows(sql)
        except psycopg2.Error as error:
            self._unknown(what, error)
            return []

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Row security must not hide rows from a count: where it would, the server says so."""
        return self.connection.rows(f"SET LOCAL row_security = off; {sql}")

    def _unknown(self, what: str, error: Any) -> None:
        if error.pgcode not in INEXPRESSIBLE:
            self.unknown.append(f"{what}: {_why(error)}")

    def end(self) -> None:
        """Say what could not be learnt. Raises Unknown."""
        if self.unknown:
            raise Unknown("not counted: " + "; ".join(self.unknown))

    def keys(self, table: Table, question: Question) -> tuple[str, ...]:
        """The primary keys of some wrong rows; none where they would tell the values."""
        return tuple(key for key, _ in self.sample(table, question) if key)

    def sample(self, table: Table, question: Question) -> list[tuple[str, Any]]:
        """Some wrong rows: their keys, and what is in the column, which nobody may be shown."""
        names = table.primary_key.columns if table.primary_key else ()
        hidden = question.column in names
        texts = "".join(f", r.{quote(name)}::text" for name in names)
        value = f"r.{quote(question.column)}" if question.column else "NULL"
        rows = self.asked(
            f"SELECT {value}{texts} FROM {qualify(table.schema, table.name)} AS r"
            f" WHERE {question.wrong} LIMIT {SAMPLE}",
            f"{table.qualified} ({question.said})",
        )
        return [("" if hidden else _key(names, key), found) for found, *key in rows]


def _key(names: Sequence[str], values: Sequence[str | None]) -> str:
    return ", ".join(
        f"{name}={(text or '')[:LONGEST_KEY]}" for name, text in zip(names, values, strict=True)
    )


def _why(error: Any) -> str:
    if error.pgcode == "57014":
        return "it takes longer than the statement timeout"
    if error.pgcode == "55P03":
        return "the table is locked"
    return " ".join(str(error.diag.message_primary or error).split())


def rows_are(count: int) -> str:
    """`1 row is` or `3 rows are`."""
    return "1 row is" if count == 1 else f"{count:,} rows are"


def such_as(keys: Sequence[str]) -> str:
    """`, such as id=3 and id=7`; nothing where no key may be named."""
    return f", such as {' and '.join(f'({key})' for key in keys)}" if keys else ""
