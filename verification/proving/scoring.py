"""The score of a proof, kept for the reports of the same schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from verification.catalog import Catalog, fingerprint
from verification.databases import cache
from verification.picture import Score
from verification.project import keeping
from verification.proving.proof import Proof


def keep(catalog: Catalog, proof: Proof, environment: Mapping[str, str]) -> None:
    """Keep the score under the schema in which the faults were planted."""
    if keeping.wanted(environment) and proof.planted:
        seen = len(proof.planted) - len(proof.survivors)
        name = _name(catalog)
        cache.forget(name)
        keeping.keep(name, json.dumps([seen, len(proof.planted), proof.untried]))


def find(catalog: Catalog, environment: Mapping[str, str]) -> Score | None:
    """The score of this very schema, by this very kit, if it was taken on this machine."""
    if keeping.wanted(environment) and (document := keeping.find(_name(catalog))):
        with suppress(ValueError, TypeError):
            return Score(*json.loads(document))
    return None


def _name(catalog: Catalog) -> str:
    try:
        kit = version("verification-kit")
    except PackageNotFoundError:
        kit = ""
    return f"proof-{sha256(f'{kit} {fingerprint(catalog)}'.encode()).hexdigest()}"
