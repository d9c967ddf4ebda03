"""The project's own Python: its models and its application."""

from verification.project.application import Application, Response
from verification.project.importing import attribute, importing, module
from verification.project.models import Model, Models, collect
from verification.project.schema import create_all

__all__ = [
    "Application", "Model", "Models", "Response", "attribute", "collect", "create_all",
    "importing", "module",
]  # fmt: skip
