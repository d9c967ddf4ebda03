"""A schema as a picture: which tables, where each stands, and how the lines between them run."""

from verification.drawing.choosing import Chosen, Mark, choose
from verification.drawing.mermaid import flowchart
from verification.drawing.placing import Drawing, Line, Placed, draw
from verification.drawing.telling import Told

__all__ = ["Chosen", "Drawing", "Line", "Mark", "Placed", "Told", "choose", "draw", "flowchart"]
