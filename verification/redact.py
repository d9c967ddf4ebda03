"""Keep secrets out of everything a person or a file may see."""

from __future__ import annotations

import re
from collections.abc import Collection

MASK = "***"
SHORTEST_SECRET = 3  # masking every "a" would only garble the text

_PATTERNS = (
    re.compile(r"(?P<keep>://[^\s:/@]*:)[^\s@]+(?=@)"),  # the password of any URL
    re.compile(r"(?P<keep>\bpassword\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&;'\"]+)", re.IGNORECASE),
    re.compile(r"(?P<keep>\b(?:npg|napi)_)[A-Za-z0-9_]{6,}"),  # Neon's passwords and API keys
)


def redact(text: str, secrets: Collection[str] = ()) -> str:
    """The text with every known secret, and everything that looks like one, masked."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<keep>{MASK}", text)
    return text
