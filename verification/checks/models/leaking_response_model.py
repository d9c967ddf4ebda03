"""Secrets in answers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from verification.check import check
from verification.finding import Finding, Location, Severity
from verification.generation.schemas import root_of, schemas_in
from verification.project import Application, Models, written

SECRET = re.compile(
    r"password|passwd|pwd_hash|(^|_)secret|private_key|(^|_)salt$|api_key|totp|otp_seed|recovery_code"
)

ONCE = re.compile(r"api_key|totp|otp_seed|recovery_code|(^|_)secret$")


@check(Severity.ERROR)
def leaking_response_model(app: Application, models: Models) -> Iterator[Finding]:
    """An endpoint's response has a column that holds a secret.

    A password hash that leaves the server is cracked offline, at leisure. The application's own
    description of its answers is searched for the columns of the models that hold such a thing; a
    generic `SQLModel` is one too, because it does not bind its type and lets every column through.

    ```python bad models.py
    from sqlmodel import Field, SQLModel

    class User(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str
        hashed_password: str
    ```

    ```python bad main.py
    from fastapi import FastAPI
    from models import User

    app = FastAPI()

    @app.get("/users", response_model=list[User])
    def users() -> list[User]:
        return []
    ```

    ```python good models.py
    from sqlmodel import Field, SQLModel

    class User(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str
        hashed_password: str

    class UserPublic(SQLModel):
        id: int
        name: str
    ```

    ```python good main.py
    from fastapi import FastAPI
    from models import User, UserPublic

    app = FastAPI()

    @app.get("/users", response_model=list[UserPublic])
    def users() -> list[User]:
        return []
    ```
    """
    columns = {str(key) for m in models.classes for key in (*m.fields, *m.table.columns.keys())}
    secrets = {name for name in columns if SECRET.search(name)}
    if not secrets:
        return
    document = app.asgi.openapi() if callable(getattr(app.asgi, "openapi", None)) else {}
    parts = document.get("components", {}).get("schemas", {})
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            answers = operation.get("responses", {}) if isinstance(operation, dict) else {}
            shown = {
                name: owner
                for answer in answers.values()
                for owner, name in _properties(answer, parts, ())
            }
            # What is made at this moment is often shown once: a new API key, a new TOTP secret.
            once = {name for name in secrets if method == "post" and ONCE.search(name)}
            if leaked := sorted((secrets & shown.keys()) - once):
                yield Finding(
                    f"{method.upper()} {path}",
                    f"the response has {', '.join(leaked)}",
                    "answer with a schema that has only what a client may see",
                    _place(models, shown[leaked[0]], leaked[0]),
                )
            elif any(_unbound(answer, parts) for answer in answers.values()):
                yield Finding(
                    f"{method.upper()} {path}",
                    f"the response has items of no type, so that {min(secrets)} passes through",
                    "derive the generic page from pydantic.BaseModel: SQLModel does not bind T",
                )


def _place(models: Models, owner: str, field: str) -> Location | None:
    """Where the class of the answer has the field, as its own or from a base in the same file."""
    name = owner.removesuffix("-Output").rsplit("__", 1)[-1]
    model = next((each for each in models.classes if each.name == name), None)
    if model is not None:
        return model.at(field)
    root = root_of(models)
    cls = next((each for each in schemas_in(root) if each.__name__ == name), None)
    if root is None or cls is None:
        return None
    location, lines = written(root, cls)
    return location and Location(location.file, lines.get(field, location.line))


def _properties(
    part: Any, parts: Mapping[str, Any], seen: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Everything in a schema, whatever it refers to included: the component and the name."""
    if isinstance(part, list):
        for item in part:
            yield from _properties(item, parts, seen)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "properties" and isinstance(value, dict):
                yield from ((seen[-1] if seen else "", name) for name in value)
            if key == "$ref" and isinstance(value, str):
                name = value.rsplit("/", 1)[-1]
                if name not in seen:
                    yield from _properties(parts.get(name), parts, (*seen, name))
            yield from _properties(value, parts, seen)


def _unbound(answer: Mapping[str, Any], parts: Mapping[str, Any]) -> bool:
    """A page whose items may be anything: a generic that was never bound."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    page = parts.get(str(schema.get("$ref", "")).rsplit("/", 1)[-1], {})
    lists = [
        value
        for name, value in page.get("properties", {}).items()
        if name in {"items", "data", "results"} and value.get("type") == "array"
    ]
    return any(not value.get("items") for value in lists)
