"""The terminal report as a real terminal shows it best: within its width, and in colour."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import TextIO

from verification.report import Verdict

RED, GREEN, YELLOW, BLUE, FAINT, BOLD = "31", "32", "33", "34", "2", "1"
OF_SEVERITY = {"error": RED, "warning": YELLOW, "note": BLUE}
OF_VERDICT = {
    Verdict.VERIFIED.words: GREEN,
    Verdict.REFUTED.words: RED,
    Verdict.COULD_NOT_TELL.words: YELLOW,
}
NARROWEST = 40  # in less, wrapping hurts more than it helps


def dressed(text: str, stream: TextIO, environment: Mapping[str, str]) -> str:
    """The report for this stream: as it is, unless somebody looks at it on a terminal."""
    if not stream.isatty():
        return text
    width = max(shutil.get_terminal_size().columns, NARROWEST)  # COLUMNS wins
    colour = not environment.get("NO_COLOR") and environment.get("TERM", "dumb") != "dumb"
    lines = [part for line in text.splitlines() for part in _wrapped(line, width)]
    return "\n".join(map(_coloured, lines) if colour else lines)


def _wrapped(line: str, width: int) -> Iterator[str]:
    """The line in as many as it needs; a fix stays whole, so that it can be copied."""
    if len(line) <= width or line.startswith("        fix:"):
        yield line
        return
    indent = re.match(" *", line)
    further = " " * (len(indent[0] if indent else "") + 4)
    yield from textwrap.wrap(
        line,
        width,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _coloured(line: str) -> str:
    # What begins at the left edge is the kit's own; whatever a project is called is indented.
    if found := re.match(r"x \S+ \((\w+)\)$", line):
        return _in(OF_SEVERITY[found[1]] + f";{BOLD}", line)
    if line.startswith("? "):
        return _in(YELLOW, line)
    if line.startswith(("- ", "    more: ", "accepted: ")):
        return _in(FAINT, line)
    if line.startswith("        fix:"):
        return f"        {_in(GREEN, 'fix:')}{line[12:]}"
    verdict, colon, rest = line.partition(":")
    if verdict in OF_VERDICT:
        return _in(OF_VERDICT[verdict] + f";{BOLD}", verdict) + colon + rest
    return line


def _in(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"
