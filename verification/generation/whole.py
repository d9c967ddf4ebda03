"""Ask a Pydantic class whether it accepts a whole object, some of whose fields are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verification.generation.accepting import Refused, accepted
from verification.generation.hard import PLAIN


def whole(cls: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The given fields after validation; what else is required is filled in. Raises Refused.

    Whether a class that has no plain object at all would take it cannot be told: that is Refused.
    """
    data = {_key(cls, name): value for name, value in given.items()}
    for name, field in cls.model_fields.items():
        if name not in given and field.is_required():
            data[_key(cls, name)] = _plain(cls, name)
    try:
        made = cls.model_validate(data)
    except Exception:  # noqa: BLE001 - a validator of the project's may raise anything
        raise Refused from None
    return {name: getattr(made, name) for name in given}


def _key(cls: Any, name: str) -> str:
    """What the field is called in input."""
    return str(cls.model_fields[name].alias or name)


def _plain(cls: Any, name: str) -> Any:
    for value in PLAIN:
        try:
            accepted(cls, name, value)
        except Refused:
            continue
        return value
    raise Refused
