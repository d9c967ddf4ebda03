"""Disposable copies of the project's schema."""

from verification.config import Config
from verification.databases import Server
from verification.generation.exploring import Effort
from verification.generation.scratch import Scratch
from verification.target.catalogs import Template
from verification.target.fact import fact


@fact
def scratch(server: Server, template: Template, config: Config) -> Scratch:
    """What a check may write to: copies of a database with the project's schema and no data."""
    memory = config.root / ".hypothesis" / "examples"
    effort = Effort(config.depth, getattr(config, "seed", None) or 0, memory)
    return Scratch(server, template.dsn, template.catalog, effort)
