"""The classes that face input."""

from verification.finding import NotApplicable, Unknown
from verification.generation.inputs import Input, inputs_of
from verification.project import Models
from verification.target.fact import Facts, fact


@fact
def inputs(models: Models, target: Facts) -> tuple[Input, ...]:
    """Request bodies and other schemas, each with the table that its values go to."""
    try:
        app = target["app"]
    except (NotApplicable, Unknown):
        app = None
    found = inputs_of(models, app)
    if not found:
        raise NotApplicable("no Pydantic class stands for a table")
    return found
