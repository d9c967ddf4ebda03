"""Faults as findings, each with the request that shows it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verification.finding import Finding
from verification.service.judging import Fault

LONGEST = 600


def reported(faults: Iterable[Fault], fix: str) -> Iterator[Finding]:
    """One finding for each fault."""
    for fault in faults:
        command = fault.curl if len(fault.curl) <= LONGEST else fault.curl[:LONGEST] + " ..."
        more = [f"rows: {fault.held}"] * bool(fault.held) + [fault.script] * bool(fault.script)
        shown = f" ({'; '.join(more)})" if more else ""
        yield Finding(fault.subject, f"{fault.says}: {command}{shown}", fix)
