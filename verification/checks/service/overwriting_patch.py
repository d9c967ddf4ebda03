"""A change of one field that changes the others, too."""

from collections.abc import Iterator

from verification.check import check
from verification.checks.service._reporting import reported
from verification.finding import Finding, Severity
from verification.service.fuzzed import Fuzzed


@check(Severity.ERROR)
def overwriting_patch(fuzzed: Fuzzed) -> Iterator[Finding]:
    """PATCH with one field empties the fields that were not sent.

    What a client leaves out it wants to keep. A model whose fields are all optional has a value for
    each of them, sent or not, and whoever writes them all writes the defaults over the data. Where
    the database refuses such a default, no field can be changed alone.

    ```python bad main.py
    from typing import Annotated

    from fastapi import FastAPI, HTTPException, Path
    from pydantic import BaseModel, Field
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hero (id int PRIMARY KEY, name text, city text)"))
        connection.execute(text("INSERT INTO hero VALUES (1, 'Ann', 'Oslo')"))

    class Change(BaseModel):
        name: str | None = Field(None, pattern=r"^[a-z0-9]+$")
        city: str | None = Field(None, pattern=r"^[a-z0-9]+$")

    @app.patch("/heroes/{hero_id}")
    def change(hero_id: Annotated[int, Path(ge=1, le=9)], given: Change) -> dict[str, int]:
        with engine.begin() as connection:
            write = text("UPDATE hero SET name = :name, city = :city WHERE id = :id")
            if not connection.execute(write, {"id": hero_id, **given.model_dump()}).rowcount:
                raise HTTPException(404)
        return {"id": hero_id}
    ```

    ```python bad main.py
    from typing import Annotated

    from fastapi import FastAPI, HTTPException, Path
    from pydantic import BaseModel, Field
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import IntegrityError

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        columns = "id int PRIMARY KEY, name text NOT NULL, city text NOT NULL"
        connection.execute(text(f"CREATE TABLE hero ({columns})"))
        connection.execute(text("INSERT INTO hero VALUES (1, 'Ann', 'Oslo')"))

    class Change(BaseModel):
        name: str | None = Field(None, pattern=r"^[a-z0-9]+$")
        city: str | None = Field(None, pattern=r"^[a-z0-9]+$")

    @app.patch("/heroes/{hero_id}")
    def change(hero_id: Annotated[int, Path(ge=1, le=9)], given: Change) -> dict[str, int]:
        write = text("UPDATE hero SET name = :name, city = :city WHERE id = :id")
        try:
            with engine.begin() as connection:
                if not connection.execute(write, {"id": hero_id, **given.model_dump()}).rowcount:
                    raise HTTPException(404)
        except IntegrityError:
            raise HTTPException(422) from None
        return {"id": hero_id}
    ```

    ```python good main.py
    from typing import Annotated

    from fastapi import FastAPI, HTTPException, Path
    from pydantic import BaseModel, Field
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine("postgresql+psycopg2://localhost/app")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hero (id int PRIMARY KEY, name text, city text)"))
        connection.execute(text("INSERT INTO hero VALUES (1, 'Ann', 'Oslo')"))

    class Change(BaseModel):
        name: str | None = Field(None, pattern=r"^[a-z0-9]+$")
        city: str | None = Field(None, pattern=r"^[a-z0-9]+$")

    @app.patch("/heroes/{hero_id}")
    def change(hero_id: Annotated[int, Path(ge=1, le=9)], given: Change) -> dict[str, int]:
        with engine.begin() as connection:
            look = text("SELECT name, city FROM hero WHERE id = :id FOR UPDATE")
            row = connection.execute(look, {"id": hero_id}).mappings().first()
            if row is None:
                raise HTTPException(404)
            write = text("UPDATE hero SET name = :name, city = :city WHERE id = :id")
            changed = {**row, **given.model_dump(exclude_unset=True)}
            connection.execute(write, {"id": hero_id, **changed})
        return {"id": hero_id}
    ```
    """
    yield from reported(
        fuzzed.of("patch"), "write what was sent alone: model_dump(exclude_unset=True)"
    )
