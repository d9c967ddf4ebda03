"""`[tool.verification]` as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from verification.adoption.finding_out import Found


def section(found: Found, environment: Mapping[str, str]) -> str:
    """The TOML to add to pyproject.toml; a JSON string is a TOML string."""
    return "\n".join(_lines(found, environment)) + "\n"


def _lines(found: Found, environment: Mapping[str, str]) -> Iterator[str]:
    yield "[tool.verification]"
    for name, value in (
        ("app", found.app),
        ("metadata", list(found.metadata)),
        ("models", list(found.models)),
        ("pythonpath", list(found.pythonpath)),
    ):
        if value:
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
    if environment:
        yield ""
        yield "[tool.verification.environment]  # what the settings demand; nothing here is secret"
        yield from (f"{name} = {json.dumps(value)}" for name, value in environment.items())
