"""Ask a Pydantic class whether it accepts a value for one field, and what becomes of it."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Annotated, Any

PLAIN: tuple[Any, ...] = (
    "a",
    "abcdefgh",
    1,
    10,
    1.5,
    True,
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    [],
    {},
    "a@b.co",
)


class Refused(Exception):
    """The class does not accept the value."""


def accepted(cls: Any, field: str, value: object) -> Any:
    """What the field holds after validation. Raises Refused."""
    try:
        return _assigned(cls, field, value)
    except _Inconclusive:
        # A rule across fields speaks only where it does not refuse just anything.
        if _speaks(cls, field):
            raise Refused from None
        return _alone(cls, field, value)


class _Inconclusive(Exception):
    """A validator across fields stumbled over the missing ones, or meant this value."""


def _assigned(cls: Any, field: str, value: object) -> Any:
    from pydantic import ValidationError  # noqa: PLC0415 - 150 ms

    instance = _blank(cls)
    try:
        cls.__pydantic_validator__.validate_assignment(instance, field, value)
    except ValidationError as error:
        if any(item["loc"][:1] == (field,) for item in error.errors(include_url=False)):
            raise Refused from None
        raise _Inconclusive from None
    except Exception:  # noqa: BLE001 - a validator of the project's that needs the other fields
        raise _Inconclusive from None
    return instance.__dict__.get(field, value)


@lru_cache(maxsize=4096)
def _speaks(cls: Any, field: str) -> bool:
    for value in PLAIN:
        with suppress(Refused, _Inconclusive):
            _assigned(cls, field, value)
            return True
    return False


def _blank(cls: Any) -> Any:
    """An instance without any value, which SQLAlchemy must not take notice of."""
    if not hasattr(cls, "__mapper__"):
        return cls.model_construct()

    class Blank:
        """Just something with attributes."""

    blank: Any = object.__new__(Blank)
    object.__setattr__(blank, "__pydantic_fields_set__", set())
    object.__setattr__(blank, "__pydantic_extra__", None)
    object.__setattr__(blank, "__pydantic_private__", None)
    return blank


def _alone(cls: Any, field: str, value: object) -> Any:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - 150 ms

    info = cls.model_fields[field]
    kind: Any = info.annotation
    for rule in info.metadata:
        kind = Annotated[kind, rule]
    try:
        return TypeAdapter(kind, config=None).validate_python(value)
    except ValidationError:
        raise Refused from None
    except Exception:  # noqa: BLE001 - whatever a validator raises, the value does not come through
        raise Refused from None
