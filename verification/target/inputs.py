"""The classes that face input."""

from verification.finding import NotApplicable, Unknown
from verification.generation.boundary import Met, meet
from verification.generation.inputs import Input, inputs_of
from verification.generation.scratch import Scratch
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


@fact
def facing(target: Facts) -> tuple[Input, ...]:
    """The classes that face input; none where the project has none."""
    try:
        found: tuple[Input, ...] = target["inputs"]
    except (NotApplicable, Unknown):
        return ()
    return found


@fact
def met(inputs: tuple[Input, ...], scratch: Scratch) -> tuple[Met, ...]:
    """What the database made of the values that the inputs accept, field by field."""
    return tuple(meet(scratch, inputs))
