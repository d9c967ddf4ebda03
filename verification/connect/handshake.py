"""Shake hands over TLS ourselves, for what libpq does not tell: certificates and mechanisms."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from dataclasses import dataclass
from typing import Any

from verification.connect.certificate import Certificate, read_der
from verification.connect.resolving import resolve
from verification.dsn import Dsn
from verification.neon.drivers import converted

SSL_REQUEST, PROTOCOL_3, SASL = 80877103, 196608, 10
CHANNEL_BOUND = "SCRAM-SHA-256-PLUS"
DEFAULT_PORT = 5432
ENOUGH = 65_536  # bytes no start-up answer comes near


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a server shows of itself before it knows who is asking."""

    version: str
    """As in `TLSv1.3`; empty where it offers no TLS."""
    chain: tuple[Certificate, ...] = ()
    """Its certificate first, then those it sends along."""
    distrusted: str = ""
    """Why its certificate does not prove its name to this machine; empty where it does."""
    mechanisms: tuple[str, ...] = ()
    """The SASL mechanisms it offers; with SCRAM-SHA-256-PLUS channels can be bound."""

    @property
    def binds_channels(self) -> bool:
        """Whether channel_binding=require can succeed."""
        return CHANNEL_BOUND in self.mechanisms


def shake(dsn: Dsn, patience: float = 10.0) -> Handshake:
    """Shake hands. Raises OSError (a timeout is one) where the server cannot be reached."""
    plain = converted(dsn, "psycopg2").dsn
    root = plain.parameters.get("sslrootcert", "")
    distrusted = ""
    try:
        trusting = ssl.create_default_context(cafile=root if root not in {"", "system"} else None)
        trusting.check_hostname = plain.parameters.get("sslmode") != "verify-ca"
    except OSError as error:  # a file that does not exist, or holds no certificate
        distrusted = f"{root} cannot be read: {error.strerror or error}"
    else:
        try:
            return _shaken(plain, patience, trusting, "")
        except ssl.SSLCertVerificationError as error:
            distrusted = error.verify_message
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to look at what cannot be trusted
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    return _shaken(plain, patience, blind, distrusted)


def _shaken(dsn: Dsn, patience: float, context: ssl.SSLContext, distrusted: str) -> Handshake:
    context.set_alpn_protocols(["postgresql"])
    with _opened(dsn, patience) as raw:
        if dsn.parameters.get("sslnegotiation") != "direct":
            raw.sendall(struct.pack("!II", 8, SSL_REQUEST))
            if raw.recv(1) != b"S":
                return Handshake("")
        with context.wrap_socket(raw, server_hostname=dsn.host or "localhost") as encrypted:
            return Handshake(
                encrypted.version() or "",
                tuple(map(read_der, _chain(encrypted))),
                distrusted,
                _mechanisms(encrypted, dsn),
            )


def _opened(dsn: Dsn, patience: float) -> socket.socket:
    port = dsn.port or DEFAULT_PORT
    if dsn.host.startswith("/"):
        local = socket.socket(socket.AF_UNIX)
        local.settimeout(patience)
        local.connect(os.path.join(dsn.host, f".s.PGSQL.{port}"))  # noqa: PTH118 - a socket's name
        return local
    given = dsn.parameters.get("hostaddr")
    addresses = [given] if given else resolve(dsn.host or "localhost", patience)
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), patience)
        except OSError:
            continue  # the next one may answer
    return socket.create_connection((addresses[-1], port), patience)


def _chain(encrypted: ssl.SSLSocket) -> list[bytes]:
    inner: Any = getattr(encrypted, "_sslobj", None)  # public only since Python 3.13
    if hasattr(inner, "get_unverified_chain"):
        sent = inner.get_unverified_chain() or []
        return [
            c if isinstance(c, bytes) else ssl.PEM_cert_to_DER_cert(c.public_bytes()) for c in sent
        ]
    leaf = encrypted.getpeercert(binary_form=True)
    return [leaf] if leaf else []


def _mechanisms(encrypted: ssl.SSLSocket, dsn: Dsn) -> tuple[str, ...]:
    """Say who we would be, read what we would have to do, and leave."""
    words = {"user": dsn.user or "nobody", "database": dsn.database or dsn.user or "postgres"}
    if "endpoint=" in dsn.parameters.get("options", ""):
        words["options"] = dsn.parameters["options"]
    body = b"".join(f"{key}\0{value}\0".encode() for key, value in words.items()) + b"\0"
    encrypted.sendall(struct.pack("!II", len(body) + 8, PROTOCOL_3) + body)
    head = _exactly(encrypted, 9)
    if len(head) < 9 or head[:1] != b"R":  # noqa: PLR2004 - type, length and kind
        return ()
    length, kind = struct.unpack("!II", head[1:])
    if kind != SASL or length > ENOUGH:
        return ()
    rest = _exactly(encrypted, length - 8)
    return tuple(name.decode("ascii", "replace") for name in rest.split(b"\0") if name)


def _exactly(encrypted: ssl.SSLSocket, count: int) -> bytes:
    data = b""
    while len(data) < count and (more := encrypted.recv(count - len(data))):
        data += more
    return data
