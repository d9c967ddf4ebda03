"""The project's service under observation: its process, its network and what it answers."""

from verification.service.exchange import Answer, Request
from verification.service.proxy import Proxy
from verification.service.running import Gone, NotStarted, Running
from verification.service.starting import Service

__all__ = ["Answer", "Gone", "NotStarted", "Proxy", "Request", "Running", "Service"]
