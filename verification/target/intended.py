"""What a database that is already there was meant to be, as far as the project says."""

from verification.catalog import Catalog
from verification.finding import NotApplicable, Unknown
from verification.project import Models
from verification.target.fact import Facts, fact


@fact
def intended(target: Facts) -> tuple[Catalog, ...]:
    """The schemas that models and migrations promise; what cannot be learnt is left out."""
    found = []
    for name in ("declared", "migrated"):
        try:
            found.append(target[name])
        except (NotApplicable, Unknown):
            continue
    return tuple(found)


@fact
def mapped(target: Facts) -> Models:
    """The models; none where the project has none."""
    try:
        models: Models = target["models"]
    except (NotApplicable, Unknown):
        return Models((), ())
    return models
