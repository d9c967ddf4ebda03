"""The Neon project behind the database, where the environment gives a key to ask with."""

from collections.abc import Iterator, Mapping

from verification.config import Config
from verification.connect.answer import Answer
from verification.finding import NotApplicable, Unknown
from verification.neon.client import Neon
from verification.neon.resources import Branch
from verification.neon.transport import BASE, NeonError
from verification.target.fact import Facts, fact

STANDIN = "standin:"


@fact
def neon(environment: Mapping[str, str], target: Facts) -> Iterator[Neon]:
    """The API client. `NEON_API_HOST=standin:SCENE` asks a stand-in of this run's own."""
    host = environment.get("NEON_API_HOST", "").strip()
    if host.startswith(STANDIN):
        from verification.neon.standin.running import standin  # noqa: PLC0415 - needs FastAPI
        from verification.neon.standin.scenes import set_up  # noqa: PLC0415 - as above

        with standin(target["server"]) as running:
            set_up(running.world, host.removeprefix(STANDIN))
            with Neon(running.world.key, running.world.project, running.base) as client:
                yield client
        return
    key = environment.get("NEON_API_KEY", "").strip()
    project = environment.get("NEON_PROJECT_ID", "").strip()
    if not key or not project:
        raise NotApplicable("NEON_API_KEY and NEON_PROJECT_ID are not set")
    try:
        client = Neon(key, project, host or BASE)
    except NeonError as error:
        raise Unknown(str(error)) from None
    with client:
        yield client


@fact
def neon_branch(config: Config, neon: Neon, target: Facts) -> Branch:
    """The branch that is expected, or else the one that answers, as the API knows it."""
    name = config.neon_branch
    if not name:
        answer: Answer = target["answer"]
        name = answer.identity.branch
    if not name:
        raise NotApplicable("the database is not on Neon")
    try:
        return neon.branch(name)
    except NeonError as error:
        raise Unknown(str(error)) from None
