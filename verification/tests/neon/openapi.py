"""Neon's own description of its API: fetched from its npm package into a cache, never kept here."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "@neondatabase/api-client@2.7.3"
MEMBER = "package/public-v2-for-users.gen.yaml"
DIGEST = "dacf72ea2d63110b3694c705313e0b2104e9652ae1be3fc01ceebe7b17059c44"


@dataclass(frozen=True, slots=True)
class Description:
    """The document, and what it says of one answer."""

    document: Mapping[str, Any]

    def faults(self, method: str, path: str, status: int, answer: Any) -> list[str]:
        """What is wrong with an answer; properties that Neon does not have are wrong too."""
        from openapi_schema_validator import OAS30Validator  # noqa: PLC0415 - where it is installed
        from referencing import Registry  # noqa: PLC0415 - as above
        from referencing.jsonschema import DRAFT4  # noqa: PLC0415 - as above

        schema = self._schema(method, path, status)
        if schema is None:
            return [] if answer is None else [f"{status} of {method} {path} has no body"]
        whole = DRAFT4.create_resource(self.document)
        registry: Any = Registry().with_resource("neon", whole)
        validator: Any = OAS30Validator(_absolute(schema), registry=registry)
        found = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]
        return found + self._unknown(schema, answer, "$")

    def _schema(self, method: str, path: str, status: int) -> Any:
        template = next(
            (each for each in self.document["paths"] if _pattern(each).fullmatch(path)), None
        )
        assert template is not None, f"Neon has no {path}"
        responses = self.document["paths"][template][method.lower()]["responses"]
        response = responses.get(str(status), responses.get("default"))
        assert response is not None, f"{method} {template} never answers {status}"
        content = self._resolved(response).get("content", {})
        return content.get("application/json", {}).get("schema")

    def _resolved(self, value: Any) -> Any:
        while "$ref" in value:
            found: Any = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            value = found
        return value

    def _properties(self, schema: Any) -> dict[str, Any] | None:
        """All it may have; None where anything goes."""
        schema = self._resolved(schema)
        parts = [self._properties(part) for part in schema.get("allOf", ())]
        own = schema.get("properties")
        known = [part for part in (*parts, own) if part is not None]
        return {k: v for part in known for k, v in part.items()} if known else None

    def _unknown(self, schema: Any, answer: Any, at: str) -> list[str]:
        schema = self._resolved(schema)
        if isinstance(answer, list):
            items = schema.get("items", {})
            return [f for each in answer for f in self._unknown(items, each, f"{at}[]")]
        known = self._properties(schema)
        if not isinstance(answer, dict) or known is None:
            return []
        found = [f"{at}.{name} is no property of Neon's" for name in answer if name not in known]
        for name in answer.keys() & known.keys():
            found += self._unknown(known[name], answer[name], f"{at}.{name}")
        return found


@cache
def description() -> Description:
    """The document; skips the test, and says why, where it cannot be had."""
    yaml = pytest.importorskip("yaml")
    pytest.importorskip("openapi_schema_validator")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    file = home / "verification" / f"neon-{DIGEST[:12]}.yaml"
    if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != DIGEST:
        _fetch(file)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Description(_texts(yaml.load(file.read_text(encoding="utf-8"), loader)))


def _fetch(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        packed = subprocess.run(  # noqa: S603 - our own arguments
            ["npm", "pack", PACKAGE, "--silent"],  # noqa: S607 - the npm of whoever runs this
            cwd=file.parent,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout.split()[-1]
        with tarfile.open(file.parent / packed) as archive:
            member = archive.extractfile(MEMBER)
            assert member is not None
            content = member.read()
    except (OSError, subprocess.SubprocessError, tarfile.TarError, IndexError) as error:
        pytest.skip(f"Neon's description of its API cannot be fetched by npm: {error}")
    (file.parent / packed).unlink()
    assert hashlib.sha256(content).hexdigest() == DIGEST, "the package is not what it was"
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(file)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def _absolute(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: f"neon{v}" if k == "$ref" and isinstance(v, str) else _absolute(v)
            for k, v in value.items()
        }
    return [_absolute(each) for each in value] if isinstance(value, list) else value


def _texts(value: Any) -> Any:
    """Keys as text: YAML reads the status codes as numbers."""
    if isinstance(value, dict):
        return {str(k): _texts(v) for k, v in value.items()}
    return [_texts(each) for each in value] if isinstance(value, list) else value
