"""A certificate for the embedded server, that is its own authority."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

REQUEST = (
    *("req", "-x509", "-nodes", "-days", "3650"),
    *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
    *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
)


def certify(directory: Path) -> str:
    """Write server.key and server.crt for this machine's loopback; returns why not, or nothing."""
    key, certificate = directory / "server.key", directory / "server.crt"
    program = shutil.which("openssl")
    if program is None:
        return "no openssl on PATH to make a certificate with"
    made = subprocess.run(  # noqa: S603 - openssl from PATH, with our own arguments
        [program, *REQUEST, "-keyout", str(key), "-out", str(certificate)],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    if made.returncode != 0 or not key.exists() or not certificate.exists():
        return f"openssl made no certificate: {' '.join(made.stderr.split())[-200:]}"
    key.chmod(0o600)
    return ""
