"""Requests as somebody sends them by hand: on a command line, and from a script."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from verification.service.exchange import Request

HERE = "http://127.0.0.1:8000"
UNSAID = frozenset({"user-agent", "accept", "content-length", "host", "x-schemathesis-testcaseid"})
MADE = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
SIGNED = re.compile(r"[\w-]+: \$[A-Z_]+")  # a header whose value is a variable
CODE = "import json,sys; print(json.load(sys.stdin){path})"

SCRIPT = '''\
"""{says}

Start the service on a database with its schema and no rows, then: python {name} [URL]
The database held: {held}
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = sys.argv[1] if len(sys.argv) > 1 else "{here}"
# method, path, headers, body; keys that the answer makes anew: as written here, and where it stands
STEPS = {steps}
SHOWN = {status}


def send(method, path, headers, body):
    data = None if body is None else body.encode("utf-8", "surrogateescape")
    request = urllib.request.Request(URL + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


known = {{}}
for method, path, headers, body, makes in STEPS:
    for old, new in known.items():
        path, body = path.replace(old, new), body and body.replace(old, new)
    headers = {{name: os.path.expandvars(value) for name, value in headers.items()}}
    status, text = send(method, path, headers, body)
    print(method, ascii(path), ascii(body), "->", status, ascii(text[:500]))
    for old, place in makes.items():
        try:
            value = json.loads(text)
            for part in place:
                value = value[part]
        except (ValueError, LookupError, TypeError):
            continue
        known[old] = str(value)
sys.exit(1 if status == SHOWN else 0)
'''


@dataclass(frozen=True, slots=True)
class Step:
    """A request that came before, and the body of its answer."""

    request: Request
    body: str = ""

    @property
    def makes(self) -> dict[str, tuple[str | int, ...]]:
        """The keys that nobody can foresee, each with its place in the answer."""
        try:
            return dict(_made(json.loads(self.body), ()))
        except ValueError:
            return {}


def _made(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    if isinstance(value, str) and MADE.fullmatch(value):
        yield value, place
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _made(each, (*place, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _made(each, (*place, number))


def curl(request: Request, steps: Sequence[Step] = ()) -> str:
    """The requests as a command line for a shell, in order."""
    later = [step.request for step in steps[1:]] + [request]
    names: dict[str, str] = {}
    lines = []
    for step, after in zip(steps, _rests(later), strict=False):
        line = _one(step.request, names)
        told = [made for made in step.makes.items() if _named(made[0], after)]
        if told:
            old, place = told[0]
            name = f"ID{len(names) + 1}"
            path = "".join(f"[{part!r}]" for part in place)
            line = f"{name}=$({line} -s | python3 -c {shlex.quote(CODE.format(path=path))})"
            names[old] = name
        lines.append(line)
    return " && ".join([*lines, _one(request, names)])


def _rests(requests: Sequence[Request]) -> Iterator[Sequence[Request]]:
    return (requests[number:] for number in range(len(requests)))


def _named(text: str, requests: Sequence[Request]) -> bool:
    return any(text in request.path or text in (request.body or "") for request in requests)


def _one(request: Request, names: Mapping[str, str]) -> str:
    parts = ["curl", "-X", request.method, HERE + request.path]
    for name, value in _said(request).items():
        parts += ["-H", f"{name}: {value}"]
    if request.body is not None:
        parts += ["--data-raw", request.body]
    return " ".join(_quoted(part, names) for part in parts)


def _said(request: Request) -> dict[str, str]:
    return {k: v for k, v in request.headers.items() if k.lower() not in UNSAID}


def _quoted(text: str, names: Mapping[str, str]) -> str:
    if not text.isprintable() or not text.isascii():
        data = text.encode("utf-8", "surrogateescape")
        return "$'" + "".join(_escaped(byte) for byte in data) + "'"
    if SIGNED.fullmatch(text):
        return f'"{text}"'
    quoted = shlex.quote(text)
    for old, name in names.items():
        if old in text:
            quoted = quoted if quoted.startswith("'") else f"'{quoted}'"
            quoted = quoted.replace(old, f"'\"${name}\"'")
    return quoted


def _escaped(byte: int) -> str:
    plain = chr(byte)
    return f"\\x{byte:02x}" if not 32 <= byte < 127 or plain in "\\'" else plain  # noqa: PLR2004 - ASCII


def script(
    name: str, says: str, held: str, request: Request, steps: Sequence[Step], status: int
) -> str:
    """A Python program that needs nothing else."""
    rows = [
        (each.request.method, each.request.path, _said(each.request), each.request.body, each.makes)
        for each in (*steps, Step(request))
    ]
    return SCRIPT.format(
        says=_in_docstring(says),
        name=name,
        held=_in_docstring(held),
        here=HERE,
        steps=ascii_only(pformat(rows, width=99, sort_dicts=False)),
        status=status,
    )


def _in_docstring(text: str) -> str:
    return ascii_only(text).replace("\\", "\\\\").replace('"', "'")


def ascii_only(text: str) -> str:
    """The text with everything else as an escape."""
    return text.encode("ascii", "backslashreplace").decode()
