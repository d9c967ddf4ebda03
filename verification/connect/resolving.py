"""Resolve a host's name within a bounded time, which getaddrinfo alone does not promise."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Sequence


def resolve(host: str, patience: float) -> Sequence[str]:
    """The host's addresses, in the order to try them; raises OSError or TimeoutError."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    else:
        return (host,)
    found: list[str] = []
    errors: list[OSError] = []

    def look() -> None:
        try:
            answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            errors.append(error if isinstance(error, OSError) else OSError("not a host name"))
        else:
            found.extend(dict.fromkeys(str(address[0]) for *_, address in answers))

    # A daemon: whatever a broken resolver does, it never keeps the process alive.
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(patience)
    if errors:
        raise errors[0]
    if not found:
        raise TimeoutError
    return found
