"""Where a PostgreSQL comes from: an explicit URL, an embedded server or a container."""

from verification.databases.attempt import Attempt, NoServer
from verification.databases.server import Server
from verification.databases.sources import disposable_server

__all__ = ["Attempt", "NoServer", "Server", "disposable_server"]
