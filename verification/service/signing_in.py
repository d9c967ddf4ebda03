"""Get credentials as a new user would: sign up, log in, keep the token or the cookie."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlencode

from verification.databases.session import connect
from verification.dsn import Dsn
from verification.service.exchange import Answer, Request
from verification.service.surface import Operation, operations, sample

Ask = Callable[[Request], Awaitable[Answer]]

NAME, MAIL, SECRET = "verify", "verify@example.org", "Verify-2024-account"
JOIN = re.compile(
    r"(sign[-_]?up|regist(er|ration)|join|create[-_]?(user|account))/?$", re.IGNORECASE
)
PEOPLE = re.compile(r"(users?|accounts?|members?|open|auth)/?$", re.IGNORECASE)
ENTER = re.compile(
    r"(log[-_]?in|sign[-_]?in|token|access[-_]token|authenticate|sessions?|jwt)/?$", re.IGNORECASE
)
TOKENS = ("access_token", "accessToken", "token", "jwt", "id_token", "auth_token")
FORM = "application/x-www-form-urlencoded"
# What a person would have to be given by somebody else.
GRANTS = re.compile(
    r"(is_?)?(super_?user|admin|staff|active|verified|enabled|approved|confirmed"
    r"|email_verified|email_confirmed)"
)
WHO = ("email", "username", "user_name", "login", "name", "email_address")


async def signed_in(document: Mapping[str, Any], dsn: Dsn, ask: Ask) -> dict[str, str]:
    """The headers of somebody who has signed up just now; none where that is not offered."""
    found = operations(document)
    entering = list(_entering(document, found))
    basic = any(s.get("scheme") == "basic" for s in _schemes(document))
    if not entering and not basic:
        return {}
    for operation in _joining(found):
        value = _filled(sample(operation.body or {}), operation.body or {})
        if (await ask(operation.request(value))).succeeded:
            break
    promote(dsn)
    for operation in entering:
        for who in (MAIL, NAME):
            answer = await ask(_entry(operation, who))
            if answer.succeeded and (headers := _kept(answer)):
                return headers
    if basic:
        pair = base64.b64encode(f"{NAME}:{SECRET}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {}


def _schemes(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    parts = document.get("components") or {}
    return [
        each for each in (parts.get("securitySchemes") or {}).values() if isinstance(each, dict)
    ]


def _entering(document: Mapping[str, Any], found: Sequence[Operation]) -> Iterator[Operation]:
    """Where a password is exchanged for something, the documented place first."""
    urls = [
        str(flow.get("tokenUrl", "")).partition("?")[0].strip("./")
        for scheme in _schemes(document)
        for flow in (scheme.get("flows") or {}).values()
    ]
    asking = [o for o in _posting(found) if "password" in _fields(o)]
    told = [o for o in asking if any(url and o.path.strip("/").endswith(url) for url in urls)]
    yield from told
    yield from (o for o in asking if o not in told and ENTER.search(o.path))


def _joining(found: Sequence[Operation]) -> Iterator[Operation]:
    """Where an account is made, by the plainest name first."""
    asking = [o for o in _posting(found) if any("password" in name for name in _fields(o))]
    for pattern in (JOIN, PEOPLE):
        yield from (o for o in asking if pattern.search(o.path) and not ENTER.search(o.path))


def _posting(found: Sequence[Operation]) -> Sequence[Operation]:
    return [each for each in found if each.method == "POST" and "{" not in each.path]


def _fields(operation: Operation) -> Mapping[str, Any]:
    body = operation.body or operation.form or {}
    properties: Mapping[str, Any] = body.get("properties") or {}
    return properties


def _filled(value: Any, schema: Mapping[str, Any]) -> Any:
    """The sample of a body, as ours: name, address and password where it has them."""
    if not isinstance(value, dict):
        return value
    filled = dict(value)
    for name, rule in (schema.get("properties") or {}).items():
        if "password" in name.lower():
            filled[name] = SECRET
        elif "mail" in name.lower():
            filled[name] = MAIL
        elif name.lower() in WHO or name.lower().endswith("name"):
            filled[name] = MAIL if rule.get("format") == "email" else NAME
    return filled


def _entry(operation: Operation, who: str) -> Request:
    if operation.body is None:
        given = {"grant_type": "password", "username": who, "password": SECRET}
        return Request("POST", operation.path, urlencode(given), {"content-type": FORM})
    value = _filled(sample(operation.body), operation.body)
    if "username" in value:
        value["username"] = who
    return operation.request(value)


def _kept(answer: Answer) -> dict[str, str]:
    if token := _token(answer.json(), 3):
        return {"Authorization": f"Bearer {token}"}
    if cookie := answer.headers.get("set-cookie", "").partition(";")[0]:
        return {"Cookie": cookie}
    return {}


def _token(value: Any, depth: int) -> str:
    if isinstance(value, dict) and depth:
        for name in TOKENS:
            if isinstance(value.get(name), str):
                return str(value[name])
        return next((found for each in value.values() if (found := _token(each, depth - 1))), "")
    return ""


def promote(dsn: Dsn) -> None:
    """Let our account do everything, as an operator would have done by hand."""
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', table_schema, table_name), quote_ident(column_name),"
            " column_name, data_type FROM information_schema.columns"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        tables: dict[str, list[tuple[str, str, str]]] = {}
        for table, quoted, name, kind in cursor.fetchall():
            tables.setdefault(table, []).append((quoted, name, kind))
        for table, columns in tables.items():
            keys = [quoted for quoted, name, _ in columns if name in WHO]
            for quoted, name, kind in columns:
                if kind == "boolean" and GRANTS.fullmatch(name.lower()) and keys:
                    ours = " OR ".join(f"{key}::text IN (%s, %s)" for key in keys)
                    with suppress(Exception):  # a rule of the table that knows better
                        cursor.execute(
                            f"UPDATE {table} SET {quoted} = true WHERE {ours}",
                            (NAME, MAIL) * len(keys),
                        )


def given(value: Any) -> dict[str, str]:
    """What a project's own `login` has returned: headers, or a token alone."""
    if isinstance(value, str):
        return {"Authorization": value if " " in value else f"Bearer {value}"}
    return {str(name): str(each) for name, each in json.loads(json.dumps(value)).items()}
