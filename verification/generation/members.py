"""The words that an Enum or a Literal consists of, as a text column holds them."""

from __future__ import annotations

import enum
from typing import Any, Literal, get_args, get_origin

from verification.generation.demands import kinds_of


def of_a_type(kind: Any) -> tuple[str, ...] | None:
    """What SQLAlchemy's own Enum reads and writes; None where it is another type."""
    from sqlalchemy import Enum  # noqa: PLC0415 - 500 ms

    return tuple(kind.enums) if isinstance(kind, Enum) and kind.enums else None


def members_of(annotation: Any) -> tuple[str, ...] | None:
    """The words of an annotation that allows nothing but some words (and perhaps None)."""
    found: list[str] = []
    for kind in kinds_of(annotation):
        if hasattr(kind, "__metadata__"):
            continue  # what it wraps comes next
        if get_origin(kind) is Literal:
            found += [value for value in get_args(kind) if isinstance(value, str)]
            if not all(isinstance(value, str) for value in get_args(kind) if value is not None):
                return None
        elif isinstance(kind, type) and issubclass(kind, enum.Enum):
            values = [member.value for member in kind]
            if not all(isinstance(value, str) for value in values) or _forgives(kind):
                return None
            found += values
        else:
            return None
    return tuple(dict.fromkeys(found)) or None


def _forgives(kind: Any) -> bool:
    """Whether unknown words become members: `_missing_` is the project's own."""
    return any("_missing_" in vars(base) for base in kind.__mro__ if base is not enum.Enum)
