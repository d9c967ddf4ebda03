"""Requests to Neon's API: what may be tried again is, and the key is never shown."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import httpx

from verification.text import described

BASE = "https://console.neon.tech/api/v2"
TIMEOUT = 30.0  # seconds for one answer
ATTEMPTS = 6
ENOUGH = 25.0  # seconds without any answer, after which it is not asked again
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
NOT_STARTED = {423, 429, 503}  # locked, too many, not now: nothing has been done yet
EMPTY = 204
ERROR, SERVER_ERROR = 400, 500


class NeonError(Exception):
    """The API refused or did not answer; the message is one line without the key."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Status 0 where it is not about one answer."""
        self.status, self.code = status, code
        shown = f"Neon's API answered {status}" if status else "Neon"
        super().__init__(f"{shown}: {' '.join(message.split()) or code or 'no reason given'}")


class Transport:
    """One HTTP connection to the API."""

    def __init__(
        self, key: str, base: str = BASE, pause: Callable[[float], object] = time.sleep
    ) -> None:
        """Nothing is sent yet. Raises NeonError for a key that cannot be one."""
        if not key.isascii() or not key.isprintable() or not key or " " in key:
            raise NeonError(0, "", "the API key is empty or contains characters that no key has")
        self._pause = pause
        httpx = _library()
        self._client = httpx.Client(
            base_url=base.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {key}", "Accept": "application/json"},
            timeout=TIMEOUT,
        )

    def __repr__(self) -> str:
        """Where it goes, without the key."""
        return f"Transport({str(self._client.base_url)!r})"

    def __enter__(self) -> Self:
        """Use it, then close it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._client.close()

    def get(self, path: str, **parameters: object) -> dict[str, Any]:
        """Read something."""
        return self.send("GET", path, parameters=parameters)

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Send a request; `{}` where the answer is empty. Raises NeonError.

        Tried again are all requests that Neon has not begun to carry out, and reading ones whatever
        happened to them.
        """
        given = {k: _written(v) for k, v in (parameters or {}).items() if v not in {None, ""}}
        pause, begun = FIRST_PAUSE, time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                answer = self._client.request(method, path, params=given, json=body)
            except _library().HTTPError as error:
                if last or method != "GET" or time.monotonic() - begun > ENOUGH:
                    raise NeonError(0, "", f"no answer, {described(error)}") from None
                self._pause(pause * random.uniform(0.5, 1))  # noqa: S311 - to spread load
            else:
                again = answer.status_code in NOT_STARTED or (
                    method == "GET" and answer.status_code >= SERVER_ERROR
                )
                if last or not again:
                    return _read(answer)
                self._pause(_asked(answer) or pause * random.uniform(0.5, 1))  # noqa: S311 - as above
            pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError("the last attempt returns or raises")


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _library() -> Any:
    """Imported here, as it costs 150 ms and comes with an extra: who has no Neon needs none."""
    try:
        import httpx  # noqa: PLC0415 - see above
    except ImportError:
        raise NeonError(
            0, "", "httpx is missing; try pip install 'verification-kit[neon]'"
        ) from None
    return httpx


def _asked(answer: httpx.Response) -> float:
    try:
        return min(max(float(answer.headers.get("retry-after", "0")), 0.0), LONGEST_PAUSE)
    except ValueError:
        return 0.0


def _read(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == EMPTY or (answer.is_success and not answer.content):
        return {}
    try:
        document = answer.json()
    except ValueError:
        document = None
    found: dict[str, Any] = document if isinstance(document, dict) else {}
    if answer.status_code >= ERROR:
        message = str(found.get("message") or answer.reason_phrase)
        raise NeonError(answer.status_code, str(found.get("code") or ""), message)
    if document is None:
        raise NeonError(answer.status_code, "", "the answer is no JSON")
    return found
