"""Can this installation's psycopg be used with prepared statements behind a pooler?"""

from __future__ import annotations


def closes_statements() -> bool:
    """Whether psycopg closes prepared statements by the protocol, which needs libpq 17."""
    try:
        from psycopg import capabilities  # noqa: PLC0415 - 200 ms, where psycopg is used at all
    except ImportError:
        return False
    return capabilities.has_send_close_prepared()
