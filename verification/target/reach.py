"""How the database to verify answers, and what it shows of itself."""

from collections.abc import Mapping

from verification.connect.answer import Answer, Unanswered
from verification.connect.asking import ask
from verification.connect.handshake import Handshake, shake
from verification.connect.protection import Protection, protection, protection_of
from verification.dsn import Dsn
from verification.engines.settings import Observed
from verification.finding import NotApplicable, Unknown
from verification.neon.errors import Retry
from verification.target.fact import Facts, fact


@fact
def answer(dsn: Dsn) -> Answer:
    """One connection as the application makes it, step by step; it is closed again."""
    try:
        return ask(dsn)
    except Unanswered as nothing:
        raise Unknown(f"the database cannot be reached: {nothing}") from nothing


@fact
def handshake(dsn: Dsn, target: Facts) -> Handshake:
    """What the server shows before it knows who is asking: TLS, certificates, mechanisms."""
    try:
        target["answer"]
    except Unknown as reason:
        nothing = reason.__cause__
        # Whom nobody can reach, or who never says a word, need not be waited for once more.
        if isinstance(nothing, Unanswered) and nothing.failure.retry is Retry.SOON:
            raise
    try:
        seen = shake(dsn)
    except (OSError, ValueError) as error:
        raise Unknown(f"no TLS handshake: {error}") from None
    if not seen.version:
        raise NotApplicable("the server offers no TLS")
    return seen


@fact
def protections(dsn: Dsn, environment: Mapping[str, str], target: Facts) -> tuple[Protection, ...]:
    """How the service protects its connections: by its own engines, else by the URL alone.

    Raises Unknown where the URL says too little and the code that may say more cannot be seen.
    """
    alone = protection(dsn, environment)
    try:
        observed: Observed = target["observed"]
    except NotApplicable:
        return (alone,)
    except Unknown:
        if alone.verified:
            return (alone,)
        raise
    engines = [e for e in observed.engines if e.host == dsn.host]
    if any(e.own_creator and not e.arguments for e in engines):
        raise Unknown("the project connects by a function of its own, which cannot be looked into")
    found = [protection_of(e.driver, e.arguments, environment) for e in engines]
    return tuple(found) or (alone,)
