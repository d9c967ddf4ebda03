"""The project's own Python: its models and its application."""

from verification.project import keeping
from verification.project.application import Application
from verification.project.ddl import Statements, compiled
from verification.project.importing import attribute, importing, module
from verification.project.models import Model, Models, collect, written
from verification.project.schema import create_all, lacking, prelude, way_out

__all__ = [
    "Application", "Model", "Models", "Statements", "attribute", "collect", "compiled",
    "create_all", "importing", "keeping", "lacking", "module", "prelude", "way_out", "written",
]  # fmt: skip
