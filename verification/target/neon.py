"""The Neon project behind the database, where the environment gives a key to ask with."""

from collections.abc import Iterator, Mapping

from verification.connect.answer import Answer
from verification.finding import NotApplicable, Unknown
from verification.neon.client import Neon
from verification.neon.resources import Branch
from verification.neon.transport import BASE, NeonError
from verification.target.fact import fact


@fact
def neon(environment: Mapping[str, str]) -> Iterator[Neon]:
    """The API client."""
    key = environment.get("NEON_API_KEY", "").strip()
    project = environment.get("NEON_PROJECT_ID", "").strip()
    if not key or not project:
        raise NotApplicable("NEON_API_KEY and NEON_PROJECT_ID are not set")
    try:
        client = Neon(key, project, environment.get("NEON_API_HOST", "").strip() or BASE)
    except NeonError as error:
        raise Unknown(str(error)) from None
    with client:
        yield client


@fact
def neon_branch(neon: Neon, answer: Answer) -> Branch:
    """The branch that answers, as the API knows it."""
    if not answer.identity.branch:
        raise NotApplicable("the database is not on Neon")
    try:
        return neon.branch(answer.identity.branch)
    except NeonError as error:
        raise Unknown(str(error)) from None
