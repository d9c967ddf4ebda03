"""From the document that the statement gives to the Catalog, section by section."""

from verification.catalog.parsing.document import parse

__all__ = ["parse"]
