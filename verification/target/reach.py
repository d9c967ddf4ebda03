"""How the database to verify answers, and what it shows of itself."""

from verification.connect.answer import Answer, Unanswered
from verification.connect.asking import ask
from verification.connect.handshake import Handshake, shake
from verification.dsn import Dsn
from verification.finding import NotApplicable, Unknown
from verification.target.fact import fact


@fact
def answer(dsn: Dsn) -> Answer:
    """One connection as the application makes it, step by step; it is closed again."""
    try:
        return ask(dsn)
    except Unanswered as nothing:
        raise Unknown(f"the database cannot be reached: {nothing}") from None


@fact
def handshake(dsn: Dsn) -> Handshake:
    """What the server shows before it knows who is asking: TLS, certificates, mechanisms."""
    try:
        seen = shake(dsn)
    except (OSError, ValueError) as error:
        raise Unknown(f"no TLS handshake: {error}") from None
    if not seen.version:
        raise NotApplicable("the server offers no TLS")
    return seen
