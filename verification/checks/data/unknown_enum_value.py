"""Words that the code does not know."""

from collections.abc import Iterator
from typing import Any

from verification.catalog import Catalog, Column, quote
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity
from verification.generation.counting import Counting, Question, rows_are, such_as
from verification.generation.inputs import OUTPUT, table_of
from verification.generation.members import members_of, of_a_type
from verification.generation.schemas import is_table, root_of, schemas_in, stands_for
from verification.generation.sqltype import read_type, resolve
from verification.project import Model, Models


@check(Severity.ERROR)
def unknown_enum_value(models: Models, deployed: Catalog, connection: Reader) -> Iterator[Finding]:
    """A column holds values outside the model's Enum or Literal.

    Somebody removed or renamed a member, and the rows kept the old word. SQLAlchemy raises a
    LookupError as soon as such a row is read, Pydantic refuses it: one row makes a whole list end
    in a 500.

    ```python bad models.py
    from typing import Literal
    from sqlalchemy import String
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        mood: Literal["happy", "sad"] = Field(sa_type=String)
    ```

    ```sql bad deployed
    CREATE TABLE hero (id serial PRIMARY KEY, mood varchar NOT NULL);
    INSERT INTO hero (mood) VALUES ('happy'), ('angry'), ('angry');
    ```

    ```python bad models.py
    import enum
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase): ...

    class Mood(enum.Enum):
        HAPPY = "happy"
        SAD = "sad"

    class Hero(Base):
        __tablename__ = "hero"
        id: Mapped[int] = mapped_column(primary_key=True)
        mood: Mapped[Mood]
    ```

    ```sql bad deployed
    CREATE TYPE mood AS ENUM ('HAPPY', 'SAD', 'ANGRY');
    CREATE TABLE hero (id serial PRIMARY KEY, mood mood NOT NULL);
    INSERT INTO hero (mood) VALUES ('HAPPY'), ('ANGRY');
    ```

    ```python good models.py
    from typing import Literal
    from sqlalchemy import String
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        mood: Literal["happy", "sad"] | None = Field(default=None, sa_type=String)
    ```

    ```sql good deployed
    CREATE TABLE hero (id serial PRIMARY KEY, mood varchar);
    INSERT INTO hero (mood) VALUES ('happy'), ('sad'), (NULL);
    ```
    """
    counting = Counting(connection)
    root = root_of(models)
    schemas = [cls for cls in schemas_in(root) if not is_table(cls)]
    for model in models.classes:
        own = [cls for cls in schemas if _reads(cls) and stands_for(cls, models) is model]
        table = table_of(deployed, model)
        if table is None or table.kind == "foreign":
            continue
        asked: dict[Question, Any] = {}
        for mapped in model.table.columns:
            column = table.column(mapped.name)
            question = column and _question(deployed, model, own, mapped, column)
            if question:
                asked[question] = mapped
        for question, count in counting.wrong(table, list(asked)).items():
            known = question.said.partition(" ")[2]
            keys = such_as(counting.keys(table, question))
            yield Finding(
                f"{table.qualified}.{quote(question.column)}",
                f"{rows_are(count)} none of {known}, which is all that {model.name} knows{keys}",
                f"add the member, or mend the rows (SELECT DISTINCT {quote(question.column)} FROM"
                f" {table.qualified} AS r WHERE {question.wrong})",
                model.at(question.column),
            )
    counting.end()


def _question(
    deployed: Catalog, model: Model, schemas: list[Any], mapped: Any, column: Column
) -> Question | None:
    kind = read_type(resolve(deployed, column.type))
    listed = of_a_type(mapped.type)
    mapper: Any = model.mapped.__mapper__  # type: ignore[attr-defined]  # it is mapped
    if not mapper.columns.contains_column(mapped):
        return None  # it is a subclass's, in the same table
    name = mapper.get_property_by_column(mapped).key
    field = model.fields.get(name)
    if listed is None and kind.is_text and kind.name != "character":
        listed = members_of(field.annotation) if field is not None else _agreed(schemas, name)
    if not listed or kind.array:
        return None
    texts = ", ".join("'" + text.replace("'", "''") + "'" for text in listed)
    wrong = f"r.{quote(column.name)}::text NOT IN ({texts})"
    return Question(f"{column.name} {', '.join(listed)}", wrong, column.name)


def _reads(cls: Any) -> bool:
    """Whether rows are put into it; what only faces input may know fewer words."""
    return bool(OUTPUT.search(cls.__name__) or cls.model_config.get("from_attributes"))


def _agreed(schemas: list[Any], name: str) -> tuple[str, ...] | None:
    """The words that every schema for reading knows; None where one of them takes any."""
    said = [
        members_of(cls.model_fields[name].annotation) for cls in schemas if name in cls.model_fields
    ]
    if not said or None in said:
        return None
    return tuple(word for word in said[0] or () if all(word in (each or ()) for each in said))
