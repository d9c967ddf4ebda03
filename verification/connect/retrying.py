"""Try again until the database answers, for as long as waiting can help."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from verification.connect.answer import Answer, Unanswered
from verification.connect.asking import PATIENCE, ask
from verification.dsn import Dsn
from verification.neon.errors import Retry

FIRST, LONGEST = 0.25, 5.0  # seconds between attempts
SLOWER = 4  # times as long where the server says that it is overrun
SHORTEST = 1.0  # seconds: less than this is no chance to answer


def answered(
    dsn: Dsn, wait: float = 0.0, heard: Callable[[Unanswered], object] = lambda _: None
) -> Answer:
    """The first answer within `wait` seconds; at least one attempt. Raises Unanswered.

    A wrong password or an unknown database is not tried again. The pauses double and are shortened
    at random, so that a fleet of instances does not come back all at once.
    """
    deadline = time.monotonic() + wait
    pause = FIRST
    while True:
        left = deadline - time.monotonic()
        try:
            return ask(dsn, PATIENCE if not wait else max(SHORTEST, min(PATIENCE, left)))
        except Unanswered as nothing:
            factor = SLOWER if nothing.failure.retry is Retry.BACKOFF else 1
            # Chance is for spreading load here, not for secrets.
            delay = pause * factor * random.uniform(0.5, 1)  # noqa: S311 - see above
            over = time.monotonic() + delay > deadline
            if nothing.failure.retry is Retry.NEVER or over:
                raise
            heard(nothing)
        time.sleep(delay)
        pause = min(pause * 2, LONGEST)
