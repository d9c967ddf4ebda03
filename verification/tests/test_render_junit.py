from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from verification.render import formats, render
from verification.report import Report
from verification.tests.samples import EVERY_STATUS, report


def parsed(made: Report) -> ET.Element:
    return ET.fromstring(render("junit", made))  # noqa: S314 - our own document


def test_one_suite_a_family_one_case_a_check() -> None:
    suites = parsed(report(*EVERY_STATUS)).findall("testsuite")
    counts = ("name", "tests", "failures", "errors", "skipped")
    assert [tuple(suite.get(count) for count in counts) for suite in suites] == [
        ("design", "2", "1", "0", "0"),
        ("neon", "1", "0", "0", "1"),
        ("schema", "1", "0", "1", "0"),
    ]


@pytest.mark.parametrize(
    ("number", "outcome", "message", "text"),
    [
        (0, "failure", "1 found", "public.hero: it is lost"),
        (2, "skipped", "not Neon", "not Neon"),
        (3, "error", "no server", "no server"),
    ],
)
def test_how_a_check_ended(number: int, outcome: str, message: str, text: str) -> None:
    case = parsed(report(EVERY_STATUS[number])).find(f".//testcase/{outcome}")
    assert case is not None
    assert (case.get("message"), case.text) == (message, text)


def test_a_passed_check_has_nothing_to_say() -> None:
    case = parsed(report(EVERY_STATUS[1])).find(".//testcase")
    assert case is not None
    assert list(case) == []
    assert case.get("name") == "design/fine"


@pytest.mark.parametrize("hostile", ["\x00", "\x1b[0m", "\ud800", "\ufffe", "]]>", "<&\"'>"])
def test_any_name_makes_a_document_that_can_be_read(hostile: str) -> None:
    made = report(replace(EVERY_STATUS[3], reason=hostile))
    text = render("junit", made)
    assert ET.fromstring(text.encode()) is not None  # noqa: S314 - our own document


def test_the_formats_there_are() -> None:
    assert {"json", "junit", "terminal"} <= set(formats())
