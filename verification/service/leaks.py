"""What an answer gives away of the inside: the connection, the SQL, the exception."""

from __future__ import annotations

import re

from verification.dsn import Dsn

TELLING = {
    r"Traceback \(most recent call last\)": "a traceback",
    r"File \"[^\"\n]+\", line \d+": "a traceback",
    r"\bpostgres(?:ql)?(?:\+\w+)?://[^\s\"']*@": "a connection string",
    r"\b(?:psycopg2?|asyncpg|sqlalchemy)\.(?:\w+\.)*\w+": "a driver's exception",
    r"\bsqlalche\.me/e/": "a driver's exception",
    r"connection to server (?:at|on) ": "a driver's message",
    r"could not (?:connect to server|translate host name)": "a driver's message",
    r"server closed the connection unexpectedly": "a driver's message",
    r"QueuePool limit of size": "a driver's message",
    r"terminating connection due to": "the database's message",
    r"is not currently accepting connections": "the database's message",
    r"(?:duplicate key value|null value in column|insert or update on table|update or delete on"
    r" table|new row for relation) ": "the database's message",
    r"\[(?:Errno|Connect call failed)|Connect call failed": "an exception's text",
    r"\bSELECT\b[^\n]{1,200}\bFROM\b": "SQL",
    r"\bINSERT INTO\b[^\n]{1,200}\b(?:VALUES|RETURNING|SELECT)\b": "SQL",
    r"\bUPDATE\b [\w\".]+ SET\b": "SQL",
    r"\bDELETE FROM\b [\w\".]+": "SQL",
}
_TELLING = [(re.compile(pattern), what) for pattern, what in TELLING.items()]
VERSION = re.compile(r"\bPostgreSQL \d+")
POOL = re.compile(r"Pool size: \d+|pool_?size|checked_?out|overflow", re.IGNORECASE)


def leak(body: str, dsn: Dsn) -> str:
    """What the body of an answer shows that it should not, or nothing."""
    if any(secret in body for secret in dsn.secrets if len(secret) > 5):  # noqa: PLR2004 - a word
        return "the password of the database"
    if dsn.database and dsn.database in body:
        return "the name of the database"
    if dsn.port and re.search(rf"\b{re.escape(dsn.host)}:{dsn.port}\b", body):
        return "the address of the database"
    # JSON writes a line break as two characters; what stands in a body is looked for as text.
    text = body.replace("\\n", "\n").replace('\\"', '"')
    return next((what for pattern, what in _TELLING if pattern.search(text)), "")


def inside(body: str, dsn: Dsn) -> str:
    """The same for what tells of health, where versions and figures are not for everybody."""
    if found := leak(body, dsn):
        return found
    if VERSION.search(body):
        return "the version of the database"
    if POOL.search(body):
        return "the figures of the connection pool"
    return ""
