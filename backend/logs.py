"""One JSON object per line, with the id of the request and never a value from the database."""

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from opentelemetry import trace
from sqlalchemy import Engine, event

request_id: ContextVar[str] = ContextVar("request_id", default="")

log = logging.getLogger("backend")


class JsonFormatter(logging.Formatter):
    """Writes a record, its `fields` and where an exception was raised, but not what it says.

    The text of an exception may quote a row or an input; its class and its frames cannot.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of ASCII, whatever the record holds."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = trace.format_trace_id(span.trace_id)
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__qualname__
            line["traceback"] = "".join(traceback.format_tb(error.__traceback__))
        return json.dumps(line, default=str)


def configure(level: str) -> None:
    """Send everything, uvicorn's lines included, through the one formatter to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != "uvicorn.access"  # the access line is our own


def watch_queries(engine: Engine, slow_ms: float) -> None:
    """Log the text of statements that take at least `slow_ms`; never their parameters."""

    def before(*arguments: Any) -> None:
        arguments[4].started = time.perf_counter()

    def after(*arguments: Any) -> None:
        elapsed = (time.perf_counter() - arguments[4].started) * 1000
        if elapsed >= slow_ms:
            fields = {"statement": arguments[2], "ms": round(elapsed, 1)}
            log.warning("slow query", extra={"fields": fields})

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
