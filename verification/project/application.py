"""The project's ASGI application, imported and never run: it is run in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Application:
    """An ASGI application and the variables its settings read."""

    asgi: Any
    variables: Mapping[str, str]
