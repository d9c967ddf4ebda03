"""Keep secrets out of everything a person or a file may see."""

from __future__ import annotations

import re
from collections.abc import Collection

MASK = "***"
SHORTEST_SECRET = 3  # masking every "a" would only garble the text
LONGEST_WORD = 12  # up to here, letters alone may be a word that means something else too

_PATTERNS = (
    # The password of any URL, up to the last @: whoever forgot to encode one has two.
    re.compile(r"(?P<keep>://[^\s:/@]*:)\S+(?=@)"),
    re.compile(
        r"""(?P<keep>password["']?\s*[=:]\s*)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>password\s*=\s*)[^\s&;,)'\"]+", re.IGNORECASE),
    re.compile(r"(?P<keep>\b(?:npg|napi)_)[A-Za-z0-9_]{6,}"),  # Neon's passwords and API keys
)


def redact(text: str, secrets: Collection[str] = ()) -> str:
    """The text with every known secret, and everything that looks like one, masked."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = re.sub(_wherever(secret), MASK, text)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<keep>{MASK}", text)
    return text


def _wherever(secret: str) -> str:
    """Anywhere; but `app` or `postgres` must not tear holes in app_user or postgresql://."""
    word = secret.isalpha() and secret.islower() and len(secret) <= LONGEST_WORD
    return rf"(?<!\w){re.escape(secret)}(?!\w)" if word else re.escape(secret)
