"""Schemathesis' phases, with every request sent past the network straight into the application."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from verification.service.exchange import Answer, Request

SEED = 20240229
EXAMPLES = {"quick": 8, "standard": 60, "deep": 300}
STEPS = {"quick": 6, "standard": 8, "deep": 20}
Send = Callable[[Request], Answer]


def missing() -> str:
    """What has to be installed for this, if anything."""
    try:
        import schemathesis.engine  # noqa: F401, PLC0415 - an extra
    except ImportError:
        return "schemathesis is not installed: pip install 'verification-kit[service]'"
    return ""


def fuzz(
    document: Mapping[str, Any],
    depth: str,
    send: Send,
    begin: Callable[[], object] = lambda: None,
    seed: int = 0,
) -> None:
    """Send what the phases make of the document: examples, coverage, fuzzing, sequences.

    `begin` is called before each sequence.
    """
    import schemathesis  # noqa: PLC0415 - 600 ms
    from schemathesis.config import SchemathesisConfig  # noqa: PLC0415
    from schemathesis.engine import from_schema  # noqa: PLC0415

    with _direct(send), _between(begin):
        schema = schemathesis.openapi.from_dict(
            dict(document), config=SchemathesisConfig.from_dict(_settings(depth, seed))
        )
        schema.app = _nothing
        for _ in from_schema(schema).execute():
            pass


def _settings(depth: str, seed: int) -> dict[str, Any]:
    checks = {"enabled": False}
    generation = {
        "max-examples": EXAMPLES[depth],
        "deterministic": True,
        "database": "none",
        "no-shrink": True,
    }
    return {
        "seed": SEED + seed,
        "workers": 1,
        "checks": checks,
        "generation": generation,
        "phases": {"stateful": {"max-steps": STEPS[depth]}},
    }


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    """Stands for the application, which no request of the engine's own must reach."""


@contextmanager
def _direct(send: Send) -> Iterator[None]:
    """Schemathesis makes a client for each request; here it gets one that knows a shorter way."""
    from schemathesis.python import asgi  # noqa: PLC0415 - an extra

    client, original = _client(send), asgi.get_client
    asgi.get_client = lambda *_, **__: client
    try:
        yield
    finally:
        asgi.get_client = original


@contextmanager
def _between(begin: Callable[[], object]) -> Iterator[None]:
    """Schemathesis makes a machine for each sequence, and says so nowhere else in time."""
    from schemathesis.generation.stateful.state_machine import APIStateMachine  # noqa: PLC0415

    original = APIStateMachine.__init__

    def init(machine: Any) -> None:
        begin()
        original(machine)

    setattr(APIStateMachine, "__init__", init)  # noqa: B010 - a method
    try:
        yield
    finally:
        setattr(APIStateMachine, "__init__", original)  # noqa: B010 - a method


def _client(send: Send) -> Any:
    import requests  # noqa: PLC0415 - comes with schemathesis
    from requests.adapters import BaseAdapter  # noqa: PLC0415
    from urllib3 import HTTPResponse  # noqa: PLC0415

    class Shortcut(BaseAdapter):
        def send(self, request: Any, *_: Any, **__: Any) -> Any:
            answer = send(request_of(request))
            response = requests.Response()
            response.status_code = answer.status
            response.headers.update(answer.headers)
            response.encoding = "utf-8"
            response.request, response.url = request, request.url
            content = answer.body.encode("utf-8")
            response.raw = HTTPResponse(io.BytesIO(content), preload_content=False)
            response._content = content  # noqa: SLF001 - as requests itself sets it
            return response

        def close(self) -> None:
            """There is nothing to close."""

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", Shortcut())
    session.mount("https://", Shortcut())
    return session


def request_of(prepared: Any) -> Request:
    """The request that `requests` has prepared."""
    parts = urlsplit(prepared.url)
    body = prepared.body
    if isinstance(body, bytes):
        body = body.decode("utf-8", "surrogateescape")
    elif body is not None and not isinstance(body, str):
        body = b"".join(body).decode("utf-8", "surrogateescape")
    headers = {
        _text(name): _text(value)
        for name, value in prepared.headers.items()
        if _text(name).lower() not in {"connection", "accept-encoding", "content-length"}
    }
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return Request(prepared.method, path, body, headers)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
