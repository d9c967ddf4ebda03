"""How a refused value is shown, and what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from verification.generation.size import size
from verification.generation.storing import CLIENT, Refusal

LONGEST = 40
MANY = 8
HOSTILE = r'StringConstraints(pattern=r"^[^\x00]*$") refuses U+0000 and lone surrogates'


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a field's values are refused, with the smallest of them."""

    value: Any
    sqlstate: str
    message: str
    advice: str


def unwanted(refusals: Iterable[Refusal]) -> Iterator[Cause]:
    """One cause for each way in which the type (not a constraint) refuses, the smallest value."""
    found: dict[str, Cause] = {}
    for refusal in sorted(refusals, key=lambda refusal: size(refusal.value)):
        kind, advice = _cause(refusal)
        if kind and kind not in found:
            found[kind] = Cause(refusal.value, refusal.sqlstate, refusal.message, advice)
    yield from found.values()


BY_STATE = {
    "22021": ("nul", HOSTILE),
    "22P05": ("nul", HOSTILE),
    "22001": ("long", "give the field the column's length as max_length"),
    "22007": ("time", "use AwareDatetime and bound the years"),
    "22008": ("time", "use AwareDatetime and bound the years"),
    "54000": (
        "index",
        "give the field a max_length: an index holds at most 2,704 bytes",
    ),
}


def _cause(refusal: Refusal) -> tuple[str, str]:
    text = repr(refusal.value)
    if "\\x00" in text or "\\ud800" in text:
        return "nul", HOSTILE
    if refusal.sqlstate == "22003":
        if isinstance(refusal.value, int):
            return "large", "bound the field with ge and le to what the column holds"
        return "large", "give the field the column's max_digits and decimal_places"
    if refusal.sqlstate == CLIENT:
        return _refused_by_driver(refusal.message)
    if refusal.sqlstate.startswith("22"):
        advice = "let the field accept only what the column's type can hold"
        return BY_STATE.get(refusal.sqlstate, (refusal.sqlstate, advice))
    return BY_STATE.get(refusal.sqlstate, ("", ""))


def _refused_by_driver(message: str) -> tuple[str, str]:
    if "OverflowError" in message:
        return "time", "bound the years: near 1 and 9999 the time in UTC does not exist"
    if "naive" in message.lower() or "timezone" in message.lower():
        return "naive", "use AwareDatetime: a time without a zone is no moment"
    if "adapt" in message:  # every value of the field is refused: it is converted on its way
        return "", ""
    return "client", "let the field accept only what the driver can send"


def shown(value: Any) -> str:
    """The value, shortened where it is long."""
    if isinstance(value, str) and len(value) > MANY and len(set(value)) == 1:
        return f"{value[0]!r} * {len(value)}"
    if isinstance(value, str) and len(value) > LONGEST:
        return f"a text of {len(value)} characters"
    text = repr(value)
    return text if len(text) <= 2 * LONGEST else f"{text[:LONGEST]}…"
