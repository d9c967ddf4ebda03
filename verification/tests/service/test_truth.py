import json
from typing import Any

import pytest

from verification.service.exchange import Answer, Request
from verification.service.oracle import Change
from verification.service.truth import changed, untrue

ROW = {"id": 1, "name": "Ann", "age": 3, "at": "2024-06-01T12:00:00+00:00"}


def told(body: Any, row: dict[str, Any], sent: Any = None) -> list[str]:
    """The fields that are untrue."""
    change = Change({"hero": 0}, {"hero": 1}, {"hero": [row]})
    answer = Answer(201, body=json.dumps(body))
    return [name for name, _ in untrue(Request.of("POST", "/x", sent), answer, change)]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (ROW, []),
        ({**ROW, "name": "ANN"}, []),
        ({**ROW, "at": "2024-06-01T14:00:00+02:00"}, []),
        ({**ROW, "at": "2024-06-01T14:00:00+00:00"}, ["at"]),
        ({**ROW, "age": 3.0}, []),
        ({**ROW, "age": 4}, ["age"]),
        ({**ROW, "name": None}, ["name"]),
        ({"data": {**ROW, "age": 4}}, ["age"]),
        ({"hero": {**ROW, "age": 4}, "team": {"id": 2}}, []),
        ({**ROW, "id": 2, "age": 4}, []),
        ([ROW], []),
    ],
)
def test_an_answer_and_its_row(body: Any, wrong: list[str]) -> None:
    assert told(body, ROW) == wrong


def test_what_is_masked_is_no_lie() -> None:
    row = {**ROW, "password": "9f86d081", "card": "4111"}
    assert told({**row, "password": "secret", "card": "**11"}, row) == []


@pytest.mark.parametrize(
    ("sent", "stored", "says"),
    [
        ("abcdef", "abc", "stores the first 3 characters"),
        ("abc  ", "abc", ""),
        ("abc!", "abc", ""),
        ("ABC", "abc", ""),
        ("2024-06-01T12:00:00+02:00", "2024-06-01T10:00:00+00:00", ""),
        ("2024-06-01T12:00:00+02:00", "2024-06-01T12:00:00+00:00", "drops the time zone"),
        ("2024-06-01T12:00:00+02:00", "2024-06-01T10:00:00", ""),
        ("2024-06-01T12:00:00+02:00", "2024-06-01T12:00:00", "drops the time zone"),
        ("2024-06-01T12:00:00Z", "2024-06-01T12:00:00", ""),
        (7, "7", ""),
    ],
)
def test_what_was_sent_and_what_is_stored(sent: Any, stored: str, says: str) -> None:
    assert changed(sent, stored, stored) == says
