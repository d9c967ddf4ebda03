"""Is the process alive, and can it serve?"""

import asyncio
import time
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from backend.database import ping
from backend.errors import DatabaseUnavailable, documented

CACHED_SECONDS = 1.0

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    """The state of the service."""

    status: Literal["pass"] = "pass"


@dataclass(slots=True)
class Readiness:
    """The latest look at the database, shared by everybody who asks meanwhile and shortly after."""

    look: asyncio.Task[tuple[bool, float]] | None = None

    async def ready(self) -> bool:
        """Whether the database answers now, or answered within the last second."""
        look = self.look
        if look is None or self._stale(look):
            look = self.look = asyncio.create_task(_look())
        answered, _ = await asyncio.shield(look)  # who gives up must not end it for the others
        return answered

    @staticmethod
    def _stale(look: asyncio.Task[tuple[bool, float]]) -> bool:
        if not look.done():
            return look.get_loop() is not asyncio.get_running_loop()
        if look.cancelled() or look.exception() is not None:
            return True
        return time.monotonic() - look.result()[1] > CACHED_SECONDS


async def _look() -> tuple[bool, float]:
    try:
        await ping()
    except (SQLAlchemyError, DatabaseUnavailable, OSError):
        return False, time.monotonic()
    return True, time.monotonic()


@router.get("/live")
async def live() -> Health:
    """Answer without touching anything: the process runs. The probe for a platform's restarts."""
    return Health()


@router.get("/ready", responses=documented(503))
async def ready(request: Request, response: Response) -> Health:
    """Answer 200 only if the database does.

    Probe it at deploys and from monitoring; every few seconds it would keep a suspendable
    database awake.
    """
    readiness: Readiness = request.app.state.readiness
    if not await readiness.ready():
        raise DatabaseUnavailable
    response.headers["Cache-Control"] = "no-store"
    return Health()
