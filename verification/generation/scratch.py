"""Disposable copies of the project's schema: the only databases that may be written to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from verification.catalog import Catalog
from verification.databases import Server
from verification.dsn import Dsn
from verification.generation.exploring import Effort


@dataclass(frozen=True, slots=True)
class Scratch:
    """A sealed database with the project's schema, and the server that can copy it."""

    server: Server
    template: Dsn
    catalog: Catalog
    effort: Effort = field(default_factory=Effort)

    def clone(self) -> AbstractContextManager[Dsn]:
        """A copy to do anything with, dropped at the end whatever happened in it."""
        return self.server.clone(self.template)
