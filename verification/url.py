"""A connection URL as it is written, taken apart; whatever is wrong with it is told in one line."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

SCHEMES = ("postgresql", "postgres")
LARGEST_PORT = 65535


class MalformedDsn(ValueError):
    """A connection string that cannot be understood; the message never holds the password."""


@dataclass(frozen=True, slots=True, repr=False)
class Parts:
    """What stands in the URL, decoded."""

    scheme: str
    driver: str
    user: str
    password: str
    hosts: list[str]
    ports: list[str]
    """One for each host, or for all; empty where none is written."""
    database: str
    parameters: dict[str, str]


def parts(text: str) -> Parts:
    """Take a URL apart as libpq does, socket folders and several hosts too. Raises MalformedDsn."""
    scheme, driver, rest = _schemed(text)
    place, _, query = rest.partition("?")
    authority, slash, path = place.partition("/")
    credentials, at, located = authority.rpartition("@")
    user, _, password = credentials.partition(":")
    if "@" in credentials:
        raise MalformedDsn("the URL contains two @; percent-encode one in a password as %40")
    if "@" in path or ("@" in query and not (at or slash)):
        raise MalformedDsn(
            "an @ stands after the first / or ?; in a password all three must be"
            " percent-encoded: %40, %2F, %3F"
        )
    hosts, ports, parameters = _located(located, *_query(query))
    return Parts(
        scheme,
        driver,
        unquote(user),
        unquote(password),
        hosts,
        ports,
        unquote(path),
        parameters,
    )


def _schemed(text: str) -> tuple[str, str, str]:
    if not text.isprintable():
        raise MalformedDsn("the URL contains a line break or another control character")
    scheme, separator, rest = text.partition("://")
    name, _, driver = scheme.partition("+")
    if not separator or name not in SCHEMES:
        raise MalformedDsn(_no_url(text, name if separator and name.isidentifier() else ""))
    if "#" in rest:
        raise MalformedDsn("the URL contains a bare #; percent-encode it as %23 in a password")
    if "%00" in rest:
        raise MalformedDsn("the URL contains %00, which no name or password can hold")
    return name, driver, rest


def _no_url(text: str, scheme: str) -> str:
    if text[:1] in {"'", '"'}:
        return "the URL stands in quotes; remove them"
    if text.startswith("psql "):
        return "this is a command; leave out psql and the quotes, only the URL is wanted"
    shown = scheme or "text without a scheme"
    return f"expected postgresql://user:password@host/database, got {shown}"


Found = tuple[list[str], list[str], dict[str, str]]


def _located(text: str, hosts: list[str], ports: list[str], parameters: dict[str, str]) -> Found:
    """Hosts and ports wherever they stand: those of the query count before those of the URL."""
    before, their = _hosts(text)
    if not hosts:
        hosts, ports = before, their
    elif len(hosts) == len(their) and not any(ports):
        ports = their
    if any(ports) and len(hosts) > 1:
        parameters["port"] = ",".join(ports)
    elif parameters.get("port", "").isdigit() and len(hosts) <= 1:
        ports = [_port(parameters.pop("port"))]
    return hosts, ports, parameters


def _query(text: str) -> Found:
    """Hosts, their ports, and everything else that stands after the question mark."""
    if any("=" not in piece for piece in text.split("&") if piece):
        raise MalformedDsn(
            "a parameter has no =; in a password ? and & must be percent-encoded: %3F, %26"
        )
    pairs = parse_qsl(text, keep_blank_values=True)
    parameters = dict(pairs)
    parameters.pop("host", None)
    hosts, ports = [], []
    for name in (value for key, value in pairs if key == "host" and value):
        # The name of a socket may have a colon in it, as Cloud SQL's has.
        found = ([name], [""]) if name.startswith(("/", "@")) else _hosts(name)
        hosts += found[0]
        ports += found[1]
    return hosts, ports, parameters


def _hosts(text: str) -> tuple[list[str], list[str]]:
    """`host:port,host:port`, apart."""
    hosts, ports = [], []
    for each in text.split(","):
        bracketed = each.startswith("[")
        host, _, port = each[1:].partition("]") if bracketed else each.partition(":")
        if bracketed:
            closed = "]" in each and port[:1] in {"", ":"}
            port = port.removeprefix(":") if closed else "?"
        ports.append(_port(port))
        name = unquote(host)
        hosts.append(name if name.startswith(("/", "@")) else name.lower())
    return ([], []) if hosts == [""] and ports == [""] else (hosts, ports)


def _port(text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_PORT):
        raise MalformedDsn(
            "host or port cannot be read; a password with / ? # @ or % must be percent-encoded"
        )
    return text
