"""What every request passes first and last: its id, its bound, its log line, its last resort."""

import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import ContentTooLarge, problem, unexpected
from backend.logs import log, request_id

# A description of the greatest length, every character escaped twice over, fits.
MAX_BODY = 256 * 1024
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Edge:
    """Plain ASGI, so that a response streams through and a cancellation reaches the route."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and log one line about it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        token = request_id.set(given if _REQUEST_ID.fullmatch(given) else uuid4().hex)
        started = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id.get()
            await send(message)

        try:
            length = headers.get("content-length", "0")
            if length.isdecimal() and int(length) > MAX_BODY:
                await problem(413, ContentTooLarge.sentence)(scope, receive, answer)
            else:
                await self.app(scope, receive, answer)
        except Exception as error:
            if status:  # the answer has begun; only the server can end it now
                raise
            await unexpected(error)(scope, receive, answer)
        finally:
            fields = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            log.info("request", extra={"fields": fields})
            request_id.reset(token)
