"""The reports for programs, held to schemas and read by tools that are not ours."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import (  # type: ignore[import-untyped] # ships no types
    Draft4Validator,
    Draft202012Validator,
    ValidationError,
)
from junitparser import Error, Failure, JUnitXml, Skipped
from sarif_pydantic import Sarif  # type: ignore[import-untyped] # ships no types

from verification.engine import discover
from verification.finding import Finding, Location, Severity
from verification.render import render
from verification.render.json import VERSION
from verification.report import Report, Result, Status
from verification.tests.samples import EVERY_STATUS, LOST, report

SCHEMA = json.loads((files("verification.render") / "report.schema.json").read_text("utf-8"))
SARIF = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0.json").read_text("utf-8"))
HOSTILE = Finding('a"\x00\x1b[2J\n<b>&', "]]>", "\ud800\u202e", Location("ö b/c.py", None))
EVERY_CHECK = tuple(Result(check, Status.FAILED, (LOST, HOSTILE), "", 0.1) for check in discover())
REPORTS = {
    "every status": report(*EVERY_STATUS),
    "empty": report(),
    "verified": report(EVERY_STATUS[1], fail_on=Severity.NOTE),
    "accepted": report(replace(EVERY_STATUS[1], accepted={"design/fine public.hero": "known"})),
    "found, then lost": report(replace(EVERY_STATUS[0], status=Status.UNKNOWN, reason="died")),
    "every check": report(*EVERY_CHECK),
}
EACH = pytest.mark.parametrize("made", REPORTS.values(), ids=REPORTS)


def strict(schema: Any) -> Any:
    """The schema as one that knows every key: what we write must be described."""
    if isinstance(schema, dict):
        sealed = {key: strict(value) for key, value in schema.items() if key != "oneOf"}
        if isinstance(schema.get("properties"), dict):
            sealed.setdefault("additionalProperties", False)
        return sealed
    return [strict(each) for each in schema] if isinstance(schema, list) else schema


def test_the_published_schema_is_one_and_names_the_version() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"] == {"const": VERSION}
    assert SCHEMA["$id"].endswith(f":{VERSION}")


@EACH
def test_a_report_is_as_its_schema_says(made: Report) -> None:
    document = json.loads(render("json", made))
    Draft202012Validator(SCHEMA).validate(document)
    Draft202012Validator(strict(SCHEMA)).validate(document)


def broken() -> Iterator[Any]:
    """Documents that are no report, each for one reason."""
    right = json.loads(render("json", report(*EVERY_STATUS)))
    for key in right:
        yield {name: value for name, value in right.items() if name != key}
    yield {**right, "exit_code": 0}
    for key in right["results"][0]:
        wrong = deepcopy(right)
        wrong["results"][0][key] = {"no": ["such", "thing"]}
        yield wrong


def test_the_schema_refuses_what_is_no_report() -> None:
    for document in broken():
        with pytest.raises(ValidationError):
            Draft202012Validator(SCHEMA).validate(document)


@EACH
def test_sarif_is_as_the_published_schema_says(made: Report) -> None:
    document = json.loads(render("sarif", made))
    Draft4Validator(SARIF, format_checker=Draft4Validator.FORMAT_CHECKER).validate(document)


def test_a_place_in_sarif_is_a_uri() -> None:
    (run,) = json.loads(render("sarif", report(*EVERY_CHECK)))["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {
        "models.py",
        "%C3%B6%20b/c.py",
    }


@EACH
def test_another_tool_reads_the_same_findings_in_sarif(made: Report) -> None:
    text = json.dumps(json.loads(render("sarif", made))).replace("\\ud800", "?")
    (run,) = Sarif.model_validate_json(text).runs
    read = [(result.rule_id, str(result.level)) for result in run.results or []]
    assert [name for name, _ in read] == [check.id for check, _ in made.findings]


@EACH
def test_another_tool_reads_the_same_outcomes_in_junit(made: Report) -> None:
    outcomes = {Status.FAILED: Failure, Status.UNKNOWN: Error, Status.SKIPPED: Skipped}
    read = {
        case.name: [type(outcome) for outcome in case.result]
        for suite in JUnitXml.fromstring(render("junit", made).encode())
        for case in suite
    }
    assert read == {
        result.check.id: [outcomes[result.status]] if result.status in outcomes else []
        for result in made.results
    }


@EACH
def test_junit_is_as_the_schema_of_jenkins_says(made: Report) -> None:
    xmlschema = pytest.importorskip("xmlschema", reason="only the pinned tools bring it")
    schema = xmlschema.XMLSchema10(str(Path(__file__).parent / "schemas/junit-10.xsd"))
    text = render("junit", made)
    assert [error.reason for error in schema.iter_errors(text.encode())] == []
    wrong = text.replace("<testsuites ", '<testsuites nonsense="1" ')
    assert list(schema.iter_errors(wrong.encode()))
