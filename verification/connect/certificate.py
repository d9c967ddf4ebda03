"""The few fields of an X.509 certificate that decide whether a connection will work tomorrow."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_COMMON_NAME, _ORGANISATION = bytes.fromhex("550403"), bytes.fromhex("55040a")
_SEQUENCE, _OID, _EXPLICIT_0, _UTC_TIME, _LONG = 0x30, 0x06, 0xA0, 0x17, 0x80


@dataclass(frozen=True, slots=True)
class Certificate:
    """Who, vouched for by whom, from when until when."""

    subject: str
    issuer: str
    since: datetime
    until: datetime

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires; negative when it has."""
        return (self.until - now).days


def read_pem(text: bytes) -> Sequence[Certificate]:
    """Every certificate of a PEM file, in order. Raises ValueError for one that is broken."""
    return [read_der(base64.b64decode(body)) for body in _PEM.findall(text)]


def read_der(data: bytes) -> Certificate:
    """One certificate as TLS carries it. Raises ValueError where it is not one."""
    try:
        ((_, whole),) = _values(data)
        fields = list(_values(next(_values(whole))[1]))
        if fields[0][0] == _EXPLICIT_0:  # the version, which version 1 leaves out
            fields = fields[1:]
        _serial, _algorithm, (_, issuer), (_, validity), (_, subject), *_ = fields
        since, until = (_time(kind, value) for kind, value in _values(validity))
        return Certificate(_name(subject), _name(issuer), since, until)
    except (IndexError, StopIteration) as error:
        raise ValueError("not an X.509 certificate") from error


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tagged values that follow each other in DER."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & _LONG:
            size = length & ~_LONG
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError("not an X.509 certificate")
        yield tag, data[at : at + length]
        at += length


def _name(data: bytes) -> str:
    """The common name, or else the organisation."""
    found: dict[bytes, str] = {}
    for _, group in _values(data):
        for _, pair in _values(group):
            (_, oid), (_, value) = _values(pair)
            found.setdefault(oid, value.decode("utf-8", "replace"))
    return found.get(_COMMON_NAME) or found.get(_ORGANISATION, "")


def _time(kind: int, value: bytes) -> datetime:
    text = value.decode("ascii").removesuffix("Z")
    if kind == _UTC_TIME:  # two digits; the standard draws the line at 1950
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
