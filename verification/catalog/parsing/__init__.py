"""From the document that the statement gives to the Catalog, section by section."""

from verification.catalog.parsing.document import content, parse

__all__ = ["content", "parse"]
