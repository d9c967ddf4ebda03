"""Request bodies that nobody validates."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity
from verification.generation.bodies import body_names
from verification.project import Application, Models


@check(Severity.WARNING)
def unvalidated_table_model(app: Application, models: Models) -> Iterator[Finding]:
    """A class with `table=True` is the body of a request.

    Such a class does not validate what it is given, and it has every column: a client may send
    text for a number, and set the id, the owner or the time of creation.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str
    ```

    ```python bad main.py
    from fastapi import FastAPI
    from models import Hero

    app = FastAPI()

    @app.post("/heroes")
    def create(hero: Hero) -> None: ...
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class Hero(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str

    class HeroCreate(SQLModel):
        name: str
    ```

    ```python good main.py
    from fastapi import FastAPI
    from models import Hero, HeroCreate

    app = FastAPI()

    @app.post("/heroes", response_model=Hero)
    def create(hero: HeroCreate) -> Hero:
        return Hero(name=hero.name)
    ```
    """
    bodies = body_names(app)
    for model in models.classes:
        if model.fields and model.name in bodies:
            yield Finding(
                model.table_name,
                f"{model.name} is the body of a request, and table=True does not validate",
                f"take a {model.name}Create(SQLModel) with just the fields that a client may set",
                model.location,
            )
